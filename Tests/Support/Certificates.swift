internal import Foundation

/// An authority with certificates for a server and a client, made by the openssl program in a folder of their own.
package struct Certificates {
  package static let openssl = ServerProcess.find("openssl")
  package static let passphrase = "pass-phrase-of-the-test"

  package let folder: String
  package var authority: String { "\(folder)/ca.pem" }
  /// Another authority, which has signed nothing.
  package var stranger: String { "\(folder)/stranger.pem" }
  /// For the name `localhost` and no address.
  package var server: String { "\(folder)/server.pem" }
  package var serverKey: String { "\(folder)/server.key" }
  package var client: String { "\(folder)/client.pem" }
  package var clientKey: String { "\(folder)/client.key" }
  /// A certificate of the client that has expired, for a key of its own.
  package var expiredClient: String { "\(folder)/expired.pem" }
  package var expiredClientKey: String { "\(folder)/expired.key" }
  /// The client's key, locked by the passphrase.
  package var lockedClientKey: String { "\(folder)/client-locked.key" }

  /// Makes everything in a folder.
  package init(openssl: String, folder: String) throws {
    self.folder = folder
    func run(_ arguments: String...) throws { try ServerProcess.run(openssl, arguments, in: folder) }
    let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    func request(_ arguments: [String]) throws {
      try ServerProcess.run(openssl, ["req"] + newKey + arguments, in: folder)
    }
    try request(["-x509", "-days", "2", "-subj", "/CN=Test authority", "-keyout", "ca.key", "-out", "ca.pem"])
    try request(["-x509", "-days", "2", "-subj", "/CN=Stranger", "-keyout", "stranger.key", "-out", "stranger.pem"])
    for (name, subject, days, extensions) in [
      ("server", "/CN=localhost", "2", "subjectAltName=DNS:localhost\n"),
      ("client", "/CN=tester", "2", "extendedKeyUsage=clientAuth\n"),
      ("expired", "/CN=tester", "-1", "extendedKeyUsage=clientAuth\n"),
    ] {
      try request(["-subj", subject, "-keyout", "\(name).key", "-out", "\(name).csr"])
      try extensions.write(toFile: "\(folder)/\(name).ext", atomically: true, encoding: .utf8)
      try run(
        "x509", "-req", "-days", days, "-in", "\(name).csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
        "-extfile", "\(name).ext", "-out", "\(name).pem")
    }
    try run(
      "pkey", "-in", "client.key", "-aes256", "-passout", "pass:\(Certificates.passphrase)", "-out", "client-locked.key"
    )
  }

  /// Runs openssl's server on the folder's files for as long as a closure runs.
  package func withServer<Result>(
    mutual: Bool = false, _ extra: [String] = [], _ body: (Int) async throws -> Result
  ) async throws -> Result {
    try "hello over TLS".write(toFile: "\(folder)/hello.txt", atomically: true, encoding: .utf8)
    let proof = mutual ? ["-Verify", "2", "-verify_return_error", "-CAfile", "ca.pem"] : []
    return try await ServerProcess.with(
      Certificates.openssl ?? "openssl",
      ["s_server", "-accept", "127.0.0.1:0", "-cert", "server.pem", "-key", "server.key", "-WWW"] + proof + extra,
      in: folder, ready: { Certificates.port(in: $0) }, body)
  }

  /// The port in a line such as `ACCEPT 127.0.0.1:40123`.
  private static func port(in text: String) -> Int? {
    text.split(separator: "\n").first { $0.hasPrefix("ACCEPT ") }?.split(separator: ":").last.flatMap { Int($0) }
  }
}
