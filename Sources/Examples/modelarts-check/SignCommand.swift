import ArgumentParser
import ExampleSupport
import NPUTestKit
import ToolSupport

/// Prints the signature of a request, and what it is made of.
struct SignCommand: ParsableCommand, RuledSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "sign", abstract: "Sign a request with an access key, and show what is signed.",
    discussion: """
      Nothing is sent. The secret key is never shown. Exit status 0 when the signature was printed, 2 when not; with \
      --json standard output then holds an object with the key error.
      """)

  @Option(help: "The HTTP method.")
  var method = "GET"
  @Option(help: ArgumentHelp("The address with its query.", valueName: "url"))
  var url: String
  @Option(
    name: .customLong("header"),
    help: ArgumentHelp("A header field that is signed, as \"Name: value\". Can be repeated.", valueName: "field"))
  var headers: [String] = []
  @Option(help: ArgumentHelp("The body.", valueName: "file"))
  var bodyFile: String?
  @Option(
    help: ArgumentHelp(
      "The access key, or the key of an app: \(SecretSource.help). Default: env:HUAWEICLOUD_SDK_AK.",
      valueName: "secret"))
  var ak = SecretSource(variable: "HUAWEICLOUD_SDK_AK")
  @Option(
    help: ArgumentHelp(
      "The secret key, or the secret of an app: \(SecretSource.help). Default: env:HUAWEICLOUD_SDK_SK.",
      valueName: "secret"))
  var sk = SecretSource(variable: "HUAWEICLOUD_SDK_SK")
  @Option(help: ArgumentHelp("The date, in UTC as 20240115T083000Z. Default: now.", valueName: "date"))
  var date: String?
  @Option(help: "Which of Huawei's signers is followed: that of the API gateway or that of the SDK, version 3.")
  var signer = SigningDialect.apig
  @Flag(help: "Print one JSON object.")
  var json = false

  static let rules: [FlagRule] = [RequestFlags.replaces("X-Sdk-Date", "--date")]

  func run() throws {
    try Failure.told(by: "modelarts-check", json: json) {
      do {
        let key = AccessKey(Secret(try ak.value(of: "--ak")), Secret(try sk.value(of: "--sk")))
        let fields = try headers.map(RequestFlags.field)
        let payload = try bodyFile.map { path in try PayloadDigest.payload(ofFile: path) } ?? .empty
        let request = try SignableRequest(method: method, address: url, fields: fields, payload: payload)
        let signature = try RequestSigner(key: key, date: try date.map { try SigningDate($0) } ?? .now, dialect: signer)
          .sign(request)
        try show(signature)
      } catch { throw Failure.of(error) }
    }
  }

  private func show(_ signature: RequestSignature) throws {
    if json {
      return try Console.line(
        try Console.json(
          Result(
            authorization: signature.authorization, canonical_request: signature.canonicalRequest,
            string_to_sign: signature.stringToSign)))
    }
    try Console.line("Canonical request:\n\(signature.canonicalRequest)\n")
    try Console.line("String to sign:\n\(signature.stringToSign)\n")
    try Console.line("Fields to send:")
    for field in signature.addedFields { try Console.line("\(field.name): \(field.value)") }
    try Console.line("Authorization: \(signature.authorization)")
  }

  private struct Result: Encodable {
    var authorization: String
    var canonical_request: String
    var string_to_sign: String
  }
}
