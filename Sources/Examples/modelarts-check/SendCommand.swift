import ArgumentParser
import ExampleSupport
import Foundation
import HTTPTypes
import NPUBase
import NPUTestKit
import ToolSupport

/// Sends one request and says what came of it.
struct SendCommand: AsyncParsableCommand, RuledSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "send", abstract: "Send one request to a service, and say what a refusal means.",
    discussion: """
      Exit status 0 when the response has a status of 2xx, 1 when it has another, 2 when there was none; with --json \
      standard output then holds an object with the key error.
      """)

  @Option(help: "The HTTP method. Default: POST where there is a body, else GET.")
  var method: String?
  @Option(help: ArgumentHelp("The address with its query.", valueName: "url"))
  var url: String
  @Option(
    name: .customLong("header"),
    help: ArgumentHelp("A header field, as \"Name: value\". Can be repeated.", valueName: "field"))
  var headers: [String] = []
  @Option(help: ArgumentHelp("The body, sent as it is read.", valueName: "file"))
  var bodyFile: String?
  @Option(help: ArgumentHelp("What the body is.", valueName: "type"))
  var contentType = "application/json"
  @Option(help: ArgumentHelp("API key: \(SecretSource.help).", valueName: "secret"))
  var apiKey: SecretSource?
  @OptionGroup(title: "Authentication") var authentication: AuthenticationOptions
  @Option(help: ArgumentHelp("Authorities to trust instead of the system's, in PEM.", valueName: "file"))
  var cacert: String?
  @Flag(help: "Do not check the server's certificate.")
  var insecure = false
  @Option(help: ArgumentHelp("Proxy, such as http://proxy.example:3128.", valueName: "url"))
  var proxy: String?
  @Option(help: ArgumentHelp("How long the exchange may take in all.", valueName: "seconds"))
  var timeout = Seconds(600)
  @Flag(help: "Print one JSON object.")
  var json = false

  static let rules: [FlagRule] =
    AuthenticationOptions.rules + [
      AuthenticationOptions.ofBearer(["--api-key"]),
      AuthenticationOptions.encrypted(["--insecure", "--cacert"], addresses: ["--url", "--proxy"]),
      .excludes(["--insecure"], ["--cacert"], "a certificate that is not checked needs no authority"),
      .needs(["--content-type"], oneOf: ["--body-file"], "nothing is sent that it could name"),
      RequestFlags.replaces("Content-Type", "--content-type"),
    ]

  func validate() throws { try ValidationError.unless("--timeout", timeout.number, isAbove: 0, unit: "seconds") }

  func run() async throws {
    let isGood: Bool
    do { isGood = try show(try await exchange()) } catch {
      let failure = Failure.of(error)
      return try Failure.told(by: "modelarts-check", json: json) { throw failure }
    }
    if !isGood { throw ExitCode(1) }
  }

  private func exchange() async throws -> SentRequest {
    let (base, route) = try RequestFlags.parts(of: url)
    var service = ServiceConfiguration(
      endpoint: try Endpoint(base),
      authentication: try authentication.authentication(
        apiKey: try apiKey?.value(of: "--api-key"), from: "give --api-key"),
      timeouts: TransferTimeouts(firstByte: timeout.duration, idle: timeout.duration, total: timeout.duration))
    for field in try headers.map(RequestFlags.field) {
      guard let name = HTTPField.Name(field.name), HTTPField.isValidValue(field.value) else {
        throw Failure(kind: "invalid_header", message: "--header \(field.name) cannot stand in a request.")
      }
      service.headers.append(HTTPField(name: name, value: field.value))
    }
    let tls = TLSConfiguration(verifiesServer: !insecure, authorityPath: cacert)
    let transport = try CurlTransport(
      configuration: TransportConfiguration(tls: tls, proxy: proxy.map { ProxyConfiguration(address: $0) }))
    defer { transport.shutDown() }
    let body = bodyFile.map { TransferBody.file(path: $0) } ?? .empty
    guard let method = HTTPRequest.Method(method?.uppercased() ?? (bodyFile == nil ? "GET" : "POST")) else {
      throw Failure(kind: "invalid_method", message: "--method is no method of HTTP.")
    }
    if service.authentication != .none, service.endpoint.isPlainToAnotherHost {
      Console.note("Warning: what proves who asks goes to \(service.endpoint) without encryption.")
    }
    if let exposure = authentication.exposure { Console.note("Warning: \(exposure)") }
    let request = try Service(service, transport: transport)
      .request(method, route, body: body, contentType: bodyFile == nil ? nil : contentType)
    do {
      let response = try await TerminationSignals.cancelling { try await transport.response(to: request) }
      return SentRequest(response, to: request, redactor: Redactor(request, over: transport))
    } catch let error as TransportError {
      throw error.redacted(by: Redactor(request, over: transport))
    }
  }

  /// Prints what came, and tells whether it is good.
  private func show(_ sent: SentRequest) throws -> Bool {
    if json {
      try Console.line(try Console.json(sent))
    } else {
      let resent = sent.resent ? ", sent again with another token" : ""
      let time = String(format: "%.1f", sent.total_ms)
      let type = sent.content_type ?? "no type"
      Console.note("Status \(sent.status) after \(time) ms, \(sent.body_bytes) bytes of \(type)\(resent)")
      if let message = sent.message { Console.note(message) }
      try Console.line(sent.body)
    }
    return (200...299).contains(sent.status)
  }
}

/// What came of a request, as it is printed.
struct SentRequest: Encodable {
  var status: Int
  var content_type: String?
  var body: String
  var body_bytes: Int
  var message: String?
  var code: String?
  var request_id: String?
  var resent: Bool
  var first_byte_ms: Double?
  var total_ms: Double

  init(_ response: TransferResponse, to request: TransferRequest, redactor: Redactor) {
    let instants = response.instants
    status = response.head.status.code
    content_type = response.head.headerFields[.contentType].map(redactor.clean)
    body = redactor.clean(String(decoding: response.body, as: UTF8.self))
    body_bytes = response.body.count
    resent = response.metrics.wasResent
    first_byte_ms = Self.milliseconds(instants.started, instants.firstByte)
    total_ms = Self.milliseconds(instants.started, instants.ended) ?? 0
    guard response.head.status.kind != .successful else { return }
    let error = ServiceError(
      response: response.head, body: response.body, request: request.identity, elapsed: instants.untilHead
    ).redacted(by: redactor)
    (message, code, request_id) = (error.message, error.code, error.requestID)
  }

  private static func milliseconds(_ start: MonotonicInstant?, _ end: MonotonicInstant?) -> Double? {
    guard let start, let end else { return nil }
    return start.duration(to: end) / .milliseconds(1)
  }
}
