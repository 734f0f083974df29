import dns from 'node:dns';
import net from 'node:net';

/*
 * Preloaded (`--import`) into a process that must not use the network: whoever tries ends it. Unix sockets and pipes go on.
 */
function refuse(what: string): never {
  process.stderr.write(`the network was used: ${what}\n`);
  process.exit(97);
}

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]): net.Socket {
  const [first] = args.flat();
  const path = typeof first === 'object' && first !== null && 'path' in first ? first.path : first;
  if (typeof path !== 'string' || /^\d+$/.test(path)) refuse(JSON.stringify(first));
  return Reflect.apply(connect, this, args) as net.Socket;
};
dns.lookup = ((name: string) => refuse(name)) as unknown as typeof dns.lookup;
dns.promises.lookup = ((name: string) => refuse(name)) as unknown as typeof dns.promises.lookup;
