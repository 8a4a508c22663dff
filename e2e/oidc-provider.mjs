// An identity provider for tests and trials: the certified `oidc-provider`, on loopback, with people who do not exist.
//
//   node e2e/oidc-provider.mjs [PORT] [PORTAL]     PORT 9400, PORTAL http://127.0.0.1:8080 unless said otherwise
//
// prints what to put into DATA/yinxin.toml and serves until it is told to end. Its log-in page asks for nothing but who one
// wants to be: it proves nobody, and must never stand in the settings of anything but a demo.

import { createServer } from "node:http";
import { generateKeyPairSync } from "node:crypto";
import { pathToFileURL } from "node:url";
import { Provider } from "oidc-provider";

export const CLIENT = { id: "yinxin", secret: "not-a-secret" };

/** No place has this area code. */
export const SOMEBODY = { id: "somebody", name: "虚构一人", document_type: "111", document: "880105199003071237" };

/** Serves; `people`: whom one can log in as. Ends with `stop()`. */
export async function startProvider({ port = 0, portal, people = [SOMEBODY] }) {
  const server = createServer();
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, settings(portal, people));
  // Links of the log-in page to itself; the provider's own answers go by.
  provider.use(interactions(provider, people));
  const refused = [];
  for (const event of ["authorization.error", "grant.error", "server_error", "userinfo.error"]) {
    provider.on(event, (_ctx, error) => refused.push(`${event}: ${error.message} ${error.error_description ?? ""}`));
  }
  server.on("request", provider.callback());
  const stop = () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)));
  return { issuer, refused, stop };
}

/** What an installation needs to know of it. */
export function settingsFor(issuer) {
  return `[oidc]
issuer = "${issuer}"
title = "测试身份认证平台"
title_en = "Test identity provider"
client_id = "${CLIENT.id}"
client_secret_env = "YINXIN_OIDC_SECRET"
scopes = ["openid", "profile", "identity"]
proves_identity = true
`;
}

function settings(portal, people) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const account = (id) => people.find((person) => person.id === id);
  return {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [`${portal}/login/oidc/callback`],
        response_types: ["code"],
        grant_types: ["authorization_code"],
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "test", use: "sig", alg: "RS256" }] },
    cookies: { keys: ["only for tests"] },
    pkce: { required: () => true },
    claims: { openid: ["sub"], profile: ["name"], identity: ["document_type", "document_number"] },
    findAccount: (_ctx, id) => {
      const person = account(id);
      if (!person) return undefined;
      const { name, document_type, document } = person;
      return { accountId: id, claims: () => ({ sub: id, name, document_type, document_number: document }) };
    },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    ttl: { AccessToken: 300, AuthorizationCode: 60, IdToken: 300, Interaction: 600, Session: 600, Grant: 600 },
  };
}

/** Who one wants to be, and whether the portal may know: one page with a button for each. */
function interactions(provider, people) {
  return async (ctx, next) => {
    if (!ctx.path.startsWith("/interaction/")) return next();
    const { params } = await provider.interactionDetails(ctx.req, ctx.res);
    const chosen = new URLSearchParams(ctx.querystring).get("as");
    if (chosen === null) {
      ctx.type = "html";
      ctx.body = page(people, ctx.path);
      return undefined;
    }
    const result = people.some((person) => person.id === chosen)
      ? { login: { accountId: chosen }, consent: { grantId: await grant(provider, chosen, params) } }
      : { error: "access_denied" };
    return provider.interactionFinished(ctx.req, ctx.res, result);
  };
}

async function grant(provider, accountId, { client_id: clientId, scope }) {
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(scope);
  return grant.save();
}

function page(people, path) {
  const as = ({ id, name }) => `<p><a href="${path}?as=${encodeURIComponent(id)}">${name}</a></p>`;
  return `<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>测试身份认证平台</title>
<h1>测试身份认证平台</h1><p>人员均为虚构。请选择登录的人：</p>${people.map(as).join("")}<p><a href="${path}?as=">取消</a></p></html>`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [port = "9400", portal = "http://127.0.0.1:8080"] = process.argv.slice(2);
  const { issuer } = await startProvider({ port: Number(port), portal });
  process.stdout.write(`${settingsFor(issuer)}\n# YINXIN_OIDC_SECRET=${CLIENT.secret} yinxin serve\n`);
}
