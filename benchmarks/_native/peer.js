// The npm package `ws` as a peer: it says welcome and a state to everyone who says hello, and sends the same frame to
// all at each line on stdin. Arguments: bytes of that frame, bytes of the state (0: neither welcome nor state).
"use strict";
const { WebSocketServer } = require("ws");

const [frameBytes, stateBytes] = process.argv.slice(2).map(Number);
const frame = Buffer.from(" ".repeat(Math.max(0, frameBytes - 4)));
const welcome = Buffer.from(JSON.stringify({ type: "welcome", text: " ".repeat(240) }));
const state = Buffer.from(`{"type":"state","part":0,"last":true,"text":"${" ".repeat(Math.max(0, stateBytes - 50))}"}`);

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, backlog: 4096, perMessageDeflate: false,
    handleProtocols: () => "personal.v1" });
server.on("connection", (socket) => {
    socket.on("error", () => {});
    socket.on("message", () => {
        if (stateBytes) {
            socket.send(welcome, { binary: false });
            socket.send(state, { binary: false });
        }
    });
});
server.on("listening", () => console.log(server.address().port));
require("readline").createInterface({ input: process.stdin }).on("line", () => {
    for (const client of server.clients) client.send(frame, { binary: false });
    console.log("sent");
}).on("close", () => process.exit(0));
