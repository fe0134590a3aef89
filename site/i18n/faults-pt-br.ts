import { explanationsIn } from "../../contract/explanations.ts";

/** As explicações das falhas, em português do Brasil. */
export const explanationsPtBR = explanationsIn({
  offline: [
    "Este dispositivo está offline.",
    "Verifique a rede; a página se reconecta automaticamente quando ela voltar.",
  ],
  unreachable: [
    "Este navegador não consegue alcançar {server}.",
    "Verifique se o NATS está em execução e se a porta WebSocket dele está aberta para esta rede.",
  ],
  "blocked-here": [
    "A borda alcança {server}, mas este navegador não.",
    "Um proxy, firewall ou extensão do navegador nesta rede provavelmente bloqueia WebSocket: tente outra rede ou desative a extensão.",
  ],
  "down-for-everyone": [
    "{server} está fora do ar para todos: a borda também não o alcança.",
    "Inicie o NATS ou verifique o endereço e a porta WebSocket dele.",
  ],
  "origin-refused": [
    "{server} recusa esta página: o `allowed_origins` dele não contém o endereço dela.",
    "Acrescente o endereço desta página, como o navegador o mostra, ao `allowed_origins` no bloco `websocket` do nats-server.",
  ],
  "new-configuration": [
    "A configuração desta página está desatualizada: {server} não é mais um dos servidores dela.",
    "Recarregue a página.",
  ],
  "unnamed-proxy": [
    "O worker não reconhece o endereço desta página e por isso não emite credenciais.",
    "Um proxy à frente do worker provavelmente altera o endereço: defina a PUBLIC_URL do worker como o endereço que os navegadores mostram.",
  ],
  refused: [
    "{server} recusou a conexão: nada escuta nessa porta.",
    "Inicie o nats-server e verifique se a porta é a do bloco `websocket` dele.",
  ],
  dns: [
    "Não foi possível resolver o nome do host de {server}.",
    "Verifique o nome do host em NATS_URL e o registro DNS dele.",
  ],
  tls: [
    "A negociação TLS com {server} falhou.",
    "Verifique o certificado (nome, cadeia, validade) e se ws:// ou wss:// corresponde ao bloco `websocket` do servidor.",
  ],
  timeout: [
    "{server} não respondeu a tempo.",
    "Verifique os firewalls no caminho e se o servidor está sobrecarregado ou travado.",
  ],
  "upgrade-rejected": [
    "{server} respondeu, mas rejeitou a conexão WebSocket.",
    "Verifique o caminho, o proxy à frente do NATS e `allowed_origins` no bloco `websocket`.",
  ],
  "not-nats": [
    "Algo responde em {server}, mas não fala NATS.",
    "Aponte NATS_URL para a porta WebSocket do nats-server.",
  ],
  "wrong-port": [
    "{server} é a porta TCP pura do NATS, que navegadores não podem usar.",
    "Aponte NATS_URL para a porta do bloco `websocket`, não para a 4222.",
  ],
  "mixed-content": [
    "Uma página servida por https não pode abrir conexões ws://.",
    "Use wss:// em NATS_URL, com TLS no NATS ou em um proxy à frente dele.",
  ],
  "auth-required": [
    "{server} exige credenciais, mas nenhuma foi enviada.",
    "Configure credenciais para a página ou defina `no_auth_user` no servidor.",
  ],
  "auth-rejected": [
    "{server} rejeitou as credenciais.",
    "Verifique o usuário, a senha, o token ou a chave de assinatura com que o worker está configurado.",
  ],
  "auth-expired": [
    "As credenciais expiraram.",
    "Novas são obtidas automaticamente; se isso se repetir, verifique os relógios do NATS e do worker.",
  ],
  "auth-revoked": [
    "As credenciais foram revogadas em {server}.",
    "Desfaça a revogação ou configure outras credenciais.",
  ],
  permission: [
    "{server} não permite que estas credenciais se inscrevam neste assunto.",
    "Adicione o assunto às permissões de inscrição do usuário.",
  ],
  "max-connections": [
    "{server} atingiu o limite de conexões.",
    "Aumente `max_connections` ou o limite da conta; a página continua tentando.",
  ],
  "slow-consumer": [
    "{server} fechou a conexão porque este navegador não leu rápido o bastante.",
    "Remova painéis que você criou ou use uma rede mais rápida; a página se reconecta automaticamente.",
  ],
  "payload-too-large": [
    "Uma mensagem era maior do que {server} permite.",
    "Aumente `max_payload` ou publique mensagens menores.",
  ],
  "too-many-subscriptions": [
    "A conta em {server} atingiu o limite de inscrições.",
    "Aumente o limite de inscrições da conta ou do usuário.",
  ],
  "server-shutdown": ["{server} foi desligado.", "Inicie-o de novo; a página se reconecta automaticamente."],
  "lame-duck": [
    "{server} está prestes a desligar e pede que os clientes saiam.",
    "Não é preciso fazer nada: a página muda de conexão automaticamente.",
  ],
  stale: [
    "{server} parou de responder em uma conexão aberta.",
    "Verifique a rede e a carga do servidor; a página se reconecta automaticamente.",
  ],
  protocol: [
    "{server} enviou dados que não seguem o protocolo NATS.",
    "Verifique os proxies entre o navegador e o NATS e a versão do servidor.",
  ],
  "token-source": [
    "O worker não emitiu credenciais para o NATS.",
    "Verifique os logs do worker e os segredos dele.",
  ],
  "passphrase-needed": [
    "Os dados ao vivo exigem uma frase secreta.",
    "Digite-a ou peça-a a quem mantém esta página.",
  ],
  "passphrase-wrong": [
    "A frase secreta está incorreta.",
    "Digite-a de novo ou peça-a a quem mantém esta página.",
  ],
  "access-ended": ["Sua sessão terminou.", "Recarregue a página e entre de novo."],
  "no-crypto": [
    "Esta página foi aberta por http, sem TLS: ali os navegadores não oferecem a criptografia que a autenticação exige.",
    "Abra-a por https ou na máquina que a serve.",
  ],
  "no-ed25519": [
    "Este navegador não consegue criar as assinaturas Ed25519 que o NATS exige.",
    "Use um navegador mais novo: Chrome 137, Firefox 129, Safari 17 ou posterior.",
  ],
  "token-limited": [
    "Foram pedidas credenciais vezes demais a partir desta rede.",
    "Espere um minuto; a página continua tentando.",
  ],
  "not-loaded": ["Não foi possível carregar parte desta página.", "Recarregue a página."],
  unknown: [
    "A conexão com {server} falhou por um motivo desconhecido.",
    "Verifique os detalhes e o log do nats-server.",
  ],
});
