import type { EXPLANATIONS } from "../../contract/explanations.ts";

/** As explicações das falhas em português do Brasil: as mesmas chaves, o mesmo sentido. */
export const explicacoes: typeof EXPLANATIONS = {
  offline: {
    what: "Este dispositivo está off-line.",
    fix: "Verifique a conexão de rede; a página reconecta sozinha quando ela voltar.",
    who: "viewer",
  },
  unreachable: {
    what: "Este navegador não consegue alcançar {server}.",
    fix: "Verifique se o NATS está em execução e se a porta WebSocket dele está aberta para esta rede.",
    who: "operator",
  },
  "blocked-here": {
    what: "A borda alcança {server}; este navegador não.",
    fix: "Um proxy, firewall ou extensão do navegador nesta rede provavelmente bloqueia WebSocket: tente outra rede ou desative a extensão.",
    who: "viewer",
  },
  "down-for-everyone": {
    what: "{server} está fora do ar para todos: a borda também não o alcança.",
    fix: "Inicie o NATS ou verifique o endereço e a porta WebSocket dele.",
    who: "operator",
  },
  "origin-refused": {
    what: "{server} é alcançado, mas recusa esta página: o `allowed_origins` dele não a nomeia.",
    fix: "Acrescente o endereço desta página, como o navegador o mostra, ao `allowed_origins` no bloco `websocket` do nats-server.",
    who: "operator",
  },
  "new-configuration": {
    what: "A configuração desta página está desatualizada: {server} já não é um de seus servidores.",
    fix: "Recarregue a página.",
    who: "viewer",
  },
  "unnamed-proxy": {
    what: "O worker toma esta página pela de outro e por isso não dá credenciais.",
    fix: "Um proxy antes do worker provavelmente muda o endereço dele: defina PUBLIC_URL do worker como o endereço que os navegadores mostram.",
    who: "operator",
  },
  refused: {
    what: "{server} recusou a conexão: nada escuta nessa porta.",
    fix: "Inicie o nats-server e compare a porta com o bloco `websocket` dele.",
    who: "operator",
  },
  dns: {
    what: "O nome de {server} não pode ser resolvido.",
    fix: "Verifique o nome do host em NATS_URL e o registro DNS dele.",
    who: "operator",
  },
  tls: {
    what: "Não foi possível criar uma sessão TLS com {server}.",
    fix: "Verifique o certificado (nome, cadeia, validade) e se ws:// ou wss:// corresponde ao bloco `websocket` do servidor.",
    who: "operator",
  },
  timeout: {
    what: "{server} não respondeu a tempo.",
    fix: "Verifique os firewalls no caminho e se o servidor está sobrecarregado ou travado.",
    who: "operator",
  },
  "upgrade-rejected": {
    what: "{server} respondeu, mas recusou a conexão WebSocket.",
    fix: "Verifique o caminho, o proxy à frente do NATS e `allowed_origins` no bloco `websocket`.",
    who: "operator",
  },
  "not-nats": {
    what: "Algo responde em {server}, mas não fala NATS.",
    fix: "Aponte NATS_URL para a porta WebSocket do nats-server.",
    who: "operator",
  },
  "wrong-port": {
    what: "{server} é a porta TCP pura do NATS, que navegadores não podem usar.",
    fix: "Aponte NATS_URL para a porta do bloco `websocket`, não para a 4222.",
    who: "operator",
  },
  "mixed-content": {
    what: "Uma página servida por https não pode abrir conexões ws://.",
    fix: "Use wss:// em NATS_URL, com TLS no NATS ou em um proxy à frente dele.",
    who: "operator",
  },
  "auth-required": {
    what: "{server} exige credenciais e nenhuma foi enviada.",
    fix: "Configure credenciais para a página ou um `no_auth_user` no servidor.",
    who: "operator",
  },
  "auth-rejected": {
    what: "{server} rejeitou as credenciais.",
    fix: "Verifique o usuário, a senha, o token ou a chave de assinatura com que o worker está configurado.",
    who: "operator",
  },
  "auth-expired": {
    what: "As credenciais expiraram.",
    fix: "Novas são obtidas automaticamente; se isso se repetir, verifique os relógios do NATS e do worker.",
    who: "operator",
  },
  "auth-revoked": {
    what: "As credenciais foram revogadas em {server}.",
    fix: "Peça acesso a quem opera o NATS.",
    who: "operator",
  },
  permission: {
    what: "{server} não permite este assunto a estas credenciais.",
    fix: "Adicione o assunto às permissões de inscrição do usuário.",
    who: "operator",
  },
  "max-connections": {
    what: "{server} já tem todas as conexões que permite.",
    fix: "Aumente `max_connections` ou o limite da conta; a página continua tentando.",
    who: "operator",
  },
  "slow-consumer": {
    what: "{server} cortou a conexão porque este navegador não leu rápido o bastante.",
    fix: "Desligue fontes de que não precisa ou use uma rede mais rápida; a página reconecta sozinha.",
    who: "viewer",
  },
  "payload-too-large": {
    what: "Uma mensagem era maior do que {server} permite.",
    fix: "Aumente `max_payload` ou publique mensagens menores.",
    who: "operator",
  },
  "too-many-subscriptions": {
    what: "A conta em {server} não permite mais inscrições.",
    fix: "Aumente o limite de inscrições da conta ou do usuário.",
    who: "operator",
  },
  "server-shutdown": {
    what: "{server} foi desligado.",
    fix: "Inicie-o de novo; a página reconecta sozinha.",
    who: "operator",
  },
  "lame-duck": {
    what: "{server} está prestes a desligar e pede que os clientes saiam.",
    fix: "Nada a fazer: a página muda de conexão sozinha.",
    who: "operator",
  },
  stale: {
    what: "{server} parou de responder em uma conexão aberta.",
    fix: "Verifique a rede e a carga do servidor; a página reconecta sozinha.",
    who: "operator",
  },
  protocol: {
    what: "{server} enviou algo que não é NATS válido.",
    fix: "Verifique os proxies entre o navegador e o NATS e a versão do servidor.",
    who: "operator",
  },
  "token-source": {
    what: "O worker não forneceu credenciais para o NATS.",
    fix: "Verifique os logs do worker e os segredos dele.",
    who: "operator",
  },
  "passphrase-needed": {
    what: "Os dados ao vivo são para quem conhece a frase secreta.",
    fix: "Digite-a; quem mantém esta página a tem.",
    who: "viewer",
  },
  "passphrase-wrong": {
    what: "Essa não é a frase secreta.",
    fix: "Digite-a de novo ou peça-a a quem mantém esta página.",
    who: "viewer",
  },
  "access-ended": {
    what: "Sua sessão terminou.",
    fix: "Recarregue a página e entre de novo.",
    who: "viewer",
  },
  "no-crypto": {
    what: "Esta página foi aberta por http simples, em que os navegadores não têm criptografia para provar quem são.",
    fix: "Abra-a por https, ou na máquina que a serve.",
    who: "viewer",
  },
  "no-ed25519": {
    what: "Este navegador não sabe fazer as assinaturas Ed25519 que o NATS pede.",
    fix: "Use um navegador mais novo: Chrome 137, Firefox 129, Safari 17 ou posterior.",
    who: "viewer",
  },
  "token-limited": {
    what: "Pediram-se credenciais demais a partir desta rede.",
    fix: "Espere um minuto; a página continua tentando.",
    who: "viewer",
  },
  "not-loaded": {
    what: "Não foi possível carregar uma parte desta página.",
    fix: "Recarregue a página.",
    who: "viewer",
  },
  unknown: {
    what: "A conexão com {server} falhou por um motivo que não foi informado.",
    fix: "Veja os detalhes e o log do nats-server.",
    who: "operator",
  },
};
