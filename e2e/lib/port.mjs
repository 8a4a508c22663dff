// A port of loopback that nobody listens on just now, for what has to be told its port before it starts. Below those that systems
// give to whoever asks for any: nobody gets it by chance between here and its use.

import { createServer } from "node:net";
import { randomInt } from "node:crypto";

export async function freePort() {
  for (let tries = 1; ; tries += 1) {
    try {
      return await tried(randomInt(20_000, 32_000));
    } catch (error) {
      if (tries === 20) throw error;
    }
  }
}

function tried(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject).listen(port, "127.0.0.1", () => server.close(() => resolve(port)));
  });
}
