import { explanationsIn } from "../../contract/explanations.ts";

/** O que houve, e o que fazer, em português do Brasil. */
export const explanationsPtBR = explanationsIn({
  offline: [
    "Este dispositivo está off-line.",
    "Verifique a conexão de rede; a página reconecta sozinha quando ela voltar.",
  ],
  unreachable: [
    "Este navegador não consegue alcançar {server}.",
    "Verifique se o NATS está em execução e se a porta WebSocket dele está aberta para esta rede.",
  ],
  "blocked-here": [
    "A borda alcança {server}; este navegador não.",
    "Um proxy, firewall ou extensão do navegador nesta rede provavelmente bloqueia WebSocket: tente outra rede ou desative a extensão.",
  ],
  "down-for-everyone": [
    "{server} está fora do ar para todos: a borda também não o alcança.",
    "Inicie o NATS ou verifique o endereço e a porta WebSocket dele.",
  ],
  "origin-refused": [
    "{server} é alcançado, mas recusa esta página: o `allowed_origins` dele não a nomeia.",
    "Acrescente o endereço desta página, como o navegador o mostra, ao `allowed_origins` no bloco `websocket` do nats-server.",
  ],
  "new-configuration": [
    "A configuração desta página está desatualizada: {server} já não é um de seus servidores.",
    "Recarregue a página.",
  ],
  "unnamed-proxy": [
    "O worker toma esta página pela de outro e por isso não dá credenciais.",
    "Um proxy antes do worker provavelmente muda o endereço dele: defina PUBLIC_URL do worker como o endereço que os navegadores mostram.",
  ],
  refused: [
    "{server} recusou a conexão: nada escuta nessa porta.",
    "Inicie o nats-server e compare a porta com o bloco `websocket` dele.",
  ],
  dns: [
    "O nome de {server} não pode ser resolvido.",
    "Verifique o nome do host em NATS_URL e o registro DNS dele.",
  ],
  tls: [
    "Não foi possível criar uma sessão TLS com {server}.",
    "Verifique o certificado (nome, cadeia, validade) e se ws:// ou wss:// corresponde ao bloco `websocket` do servidor.",
  ],
  timeout: [
    "{server} não respondeu a tempo.",
    "Verifique os firewalls no caminho e se o servidor está sobrecarregado ou travado.",
  ],
  "upgrade-rejected": [
    "{server} respondeu, mas recusou a conexão WebSocket.",
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
    "{server} exige credenciais e nenhuma foi enviada.",
    "Configure credenciais para a página ou um `no_auth_user` no servidor.",
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
    "Desfaça isso ou configure outras credenciais.",
  ],
  permission: [
    "{server} não permite este assunto a estas credenciais.",
    "Adicione o assunto às permissões de inscrição do usuário.",
  ],
  "max-connections": [
    "{server} já tem todas as conexões que permite.",
    "Aumente `max_connections` ou o limite da conta; a página continua tentando.",
  ],
  "slow-consumer": [
    "{server} cortou a conexão porque este navegador não leu rápido o bastante.",
    "Remova painéis que você criou ou use uma rede mais rápida; a página reconecta sozinha.",
  ],
  "payload-too-large": [
    "Uma mensagem era maior do que {server} permite.",
    "Aumente `max_payload` ou publique mensagens menores.",
  ],
  "too-many-subscriptions": [
    "A conta em {server} não permite mais inscrições.",
    "Aumente o limite de inscrições da conta ou do usuário.",
  ],
  "server-shutdown": ["{server} foi desligado.", "Inicie-o de novo; a página reconecta sozinha."],
  "lame-duck": [
    "{server} está prestes a desligar e pede que os clientes saiam.",
    "Nada a fazer: a página muda de conexão sozinha.",
  ],
  stale: [
    "{server} parou de responder em uma conexão aberta.",
    "Verifique a rede e a carga do servidor; a página reconecta sozinha.",
  ],
  protocol: [
    "{server} enviou algo que não é NATS válido.",
    "Verifique os proxies entre o navegador e o NATS e a versão do servidor.",
  ],
  "token-source": [
    "O worker não forneceu credenciais para o NATS.",
    "Verifique os logs do worker e os segredos dele.",
  ],
  "passphrase-needed": [
    "Os dados ao vivo são para quem conhece a frase secreta.",
    "Digite-a; quem mantém esta página a tem.",
  ],
  "passphrase-wrong": [
    "Essa não é a frase secreta.",
    "Digite-a de novo ou peça-a a quem mantém esta página.",
  ],
  "access-ended": ["Sua sessão terminou.", "Recarregue a página e entre de novo."],
  "no-crypto": [
    "Esta página foi aberta por http simples, em que os navegadores não têm criptografia para provar quem são.",
    "Abra-a por https, ou na máquina que a serve.",
  ],
  "no-ed25519": [
    "Este navegador não sabe fazer as assinaturas Ed25519 que o NATS pede.",
    "Use um navegador mais novo: Chrome 137, Firefox 129, Safari 17 ou posterior.",
  ],
  "token-limited": [
    "Pediram-se credenciais demais a partir desta rede.",
    "Espere um minuto; a página continua tentando.",
  ],
  "not-loaded": ["Não foi possível carregar uma parte desta página.", "Recarregue a página."],
  unknown: [
    "A conexão com {server} falhou por um motivo que não foi informado.",
    "Veja os detalhes e o log do nats-server.",
  ],
});
