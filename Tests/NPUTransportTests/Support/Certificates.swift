internal import Foundation

/// An authority with certificates for a server and a client, made by the openssl program in a folder of their own.
struct Certificates {
  static let openssl = ServerProcess.find("openssl")
  static let passphrase = "pass-phrase-of-the-test"

  let folder: String
  var authority: String { "\(folder)/ca.pem" }
  /// Another authority, which has signed nothing.
  var stranger: String { "\(folder)/stranger.pem" }
  /// For the name `localhost` and no address.
  var server: String { "\(folder)/server.pem" }
  var serverKey: String { "\(folder)/server.key" }
  var client: String { "\(folder)/client.pem" }
  var clientKey: String { "\(folder)/client.key" }
  /// The client's key, locked by the passphrase.
  var lockedClientKey: String { "\(folder)/client-locked.key" }

  /// Makes everything in a folder.
  init(openssl: String, folder: String) throws {
    self.folder = folder
    func run(_ arguments: String...) throws { try ServerProcess.run(openssl, arguments, in: folder) }
    let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    func request(_ arguments: [String]) throws {
      try ServerProcess.run(openssl, ["req"] + newKey + arguments, in: folder)
    }
    try request(["-x509", "-days", "2", "-subj", "/CN=Test authority", "-keyout", "ca.key", "-out", "ca.pem"])
    try request(["-x509", "-days", "2", "-subj", "/CN=Stranger", "-keyout", "stranger.key", "-out", "stranger.pem"])
    for (name, subject, extensions) in [
      ("server", "/CN=localhost", "subjectAltName=DNS:localhost\n"),
      ("client", "/CN=tester", "extendedKeyUsage=clientAuth\n"),
    ] {
      try request(["-subj", subject, "-keyout", "\(name).key", "-out", "\(name).csr"])
      try extensions.write(toFile: "\(folder)/\(name).ext", atomically: true, encoding: .utf8)
      try run(
        "x509", "-req", "-days", "2", "-in", "\(name).csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
        "-extfile", "\(name).ext", "-out", "\(name).pem")
    }
    try run(
      "pkey", "-in", "client.key", "-aes256", "-passout", "pass:\(Certificates.passphrase)", "-out", "client-locked.key"
    )
  }

  /// Runs openssl's server on the folder's files for as long as a closure runs.
  func withServer<Result>(
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
