internal import Foundation

/// A front that speaks TLS to clients, asks each for a certificate, and hands what they say to a plain server.
///
/// It stands on Python's `ssl`, which shares no code with the client under test.
package enum TLSFront {
  /// The interpreter; `nil` where it is not installed.
  package static let python = ServerProcess.find("python3")

  /// Runs a front for as long as a closure runs.
  ///
  /// - Parameters:
  ///   - certificates: Those of the server, and the authority that clients must be signed by.
  ///   - target: The port of the plain server on this machine.
  ///   - body: Gets the port of the front, whose certificate is for the name `localhost`.
  /// - Returns: What the closure returns.
  /// - Throws: What the closure throws, or what keeps the front from being started.
  package static func with<Result>(
    _ certificates: Certificates, to target: Int, _ body: (Int) async throws -> Result
  ) async throws -> Result {
    try script.write(toFile: "\(certificates.folder)/front.py", atomically: true, encoding: .utf8)
    return try await ServerProcess.with(
      python ?? "python3", ["front.py", String(target)], in: certificates.folder,
      ready: { text in
        text.split(separator: "\n").first { $0.hasPrefix("ACCEPT ") }?.split(separator: " ").last.flatMap { Int($0) }
      }, body)
  }

  private static let script = """
    import select, socket, ssl, sys, threading

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("server.pem", "server.key")
    context.load_verify_locations("ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED

    def relay(near, far):
        while True:
            ready = [near] if near.pending() else select.select([near, far], [], [])[0]
            for source, sink in ((near, far), (far, near)):
                if source in ready:
                    data = source.recv(65536)
                    if not data:
                        return
                    sink.sendall(data)

    def serve(raw):
        near = context.wrap_socket(raw, server_side=True, do_handshake_on_connect=False)
        with near:
            try:
                near.do_handshake()
            except OSError:
                # What the client has sent is read, for closing before that takes back the alert.
                try:
                    near.shutdown(socket.SHUT_WR)
                    while near.recv(65536):
                        pass
                except OSError:
                    pass
                return
            try:
                with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as far:
                    relay(near, far)
            except OSError:
                pass

    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    print("ACCEPT", listener.getsockname()[1], flush=True)
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
    """
}
