// A WebSocket client that costs next to nothing: enough of RFC 6455 to subscribe and to count.
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';

const FINAL = 0x80;
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const KEY_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
// One buffer for all sockets: each read is used up, or its rest copied, before the next one.
const incoming = Buffer.allocUnsafe(1 << 18);

/**
 * Opens a connection. `onText(buffer, start, end)` gets each message where it lies in the read
 * buffer, valid until it returns; `onEnd(reason)` is called once, when the connection is over.
 */
export function openWebSocket({ host, port, path, localAddress, onOpen, onText, onEnd }) {
  const key = randomBytes(16).toString('base64');
  const accept = createHash('sha1')
    .update(key + KEY_SUFFIX)
    .digest('base64');
  let open = false;
  let over = false;
  let rest;
  const end = (reason) => {
    if (over) return;
    over = true;
    socket.destroy();
    onEnd(reason);
  };
  const take = (buffer, from, to) => {
    const start = open ? from : handshake(buffer, from, to);
    if (start === undefined || over) return from;
    return frames(buffer, start, to, send, onText, end);
  };
  const handshake = (buffer, from, to) => {
    const text = buffer.latin1Slice(from, to);
    const size = text.indexOf('\r\n\r\n');
    if (size < 0) return undefined;
    if (!text.startsWith('HTTP/1.1 101') || !text.includes(accept)) {
      end(`handshake refused: ${text.slice(0, text.indexOf('\r\n'))}`);
      return undefined;
    }
    open = true;
    onOpen();
    return from + size + 4;
  };
  const read = (length) => {
    let buffer = incoming;
    let to = length;
    if (rest !== undefined) {
      buffer = Buffer.concat([rest, incoming.subarray(0, length)]);
      to = buffer.length;
      rest = undefined;
    }
    const used = take(buffer, 0, to);
    if (used < to) rest = Buffer.from(buffer.subarray(used, to));
    return true;
  };
  const socket = connect({
    host,
    port,
    localAddress,
    noDelay: true,
    onread: { buffer: incoming, callback: read },
  });
  const send = (opcode, payload) => socket.write(frame(opcode, payload));
  socket.on('connect', () =>
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nUpgrade: websocket\r\n` +
        `Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    ),
  );
  socket.on('error', (failure) => end(failure.message));
  socket.on('close', () => end('closed without a close frame'));
  return {
    send: (message) => send(TEXT, Buffer.from(JSON.stringify(message))),
    close: () => {
      over = true;
      socket.destroy();
    },
  };
}

/** Reads the whole frames between two positions; answers where the unread rest begins. */
function frames(buffer, from, to, send, onText, end) {
  let at = from;
  while (to - at >= 2) {
    let size = buffer[at + 1];
    let start = at + 2;
    if (size === 126) {
      if (to - at < 4) break;
      size = buffer.readUInt16BE(start);
      start += 2;
    } else if (size > 126) {
      end('a masked frame, or one over 64 KB, from the server');
      return to;
    }
    if (to - start < size) break;
    const kind = buffer[at];
    at = start + size;
    if (kind === (FINAL | TEXT)) {
      onText(buffer, start, at);
    } else if (kind === (FINAL | PING)) {
      send(PONG, Buffer.from(buffer.subarray(start, at)));
    } else if (kind === (FINAL | CLOSE)) {
      const code = size < 2 ? 'no code' : buffer.readUInt16BE(start);
      end(`closed by the server: ${code} ${buffer.toString('utf8', Math.min(start + 2, at), at)}`);
      return to;
    } else if (kind !== (FINAL | PONG)) {
      end(`a frame of kind ${kind} from the server`);
      return to;
    }
  }
  return at;
}

// Masked with the key zero, which leaves the bytes as they are.
function frame(opcode, payload) {
  const size = payload.length;
  const long = size > 125;
  const head = Buffer.alloc(long ? 8 : 6);
  head[0] = FINAL | opcode;
  head[1] = 0x80 | (long ? 126 : size);
  if (long) head.writeUInt16BE(size, 2);
  return Buffer.concat([head, payload]);
}
