// node send_peer.js PORT MAILS CONNECTIONS: mails a second of nodemailer's pool, for bench/send.
const nodemailer = require("nodemailer");

const [port, mails, connections] = process.argv.slice(2).map(Number);
const transport = nodemailer.createTransport({
  host: "127.0.0.1", port, secure: false, ignoreTLS: true, pool: true, maxConnections: connections, maxMessages: Infinity,
});
const html = "<p>Hello</p>" + "x".repeat(4096);

async function main() {
  const begin = process.hrtime.bigint();
  let next = 0;
  const sendOn = async () => {
    while (next < mails) {
      const number = next++;
      await transport.sendMail({ from: "m@sender.example", to: `lead${number}@c.example`, subject: `Hello ${number}`, html });
    }
  };
  await Promise.all(Array.from({ length: connections * 4 }, sendOn));
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  console.log((mails / seconds).toFixed(0));
  transport.close();
}

main();
