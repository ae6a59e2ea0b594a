import ArgumentParser
import ExampleSupport
import NPUTestKit
import ToolSupport

/// The deployment API: real-time services of a project.
struct ServiceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "service", abstract: "Deploy, list, start, stop and delete real-time services of ModelArts.",
    discussion: """
      Exit status 0 when it was done, 1 when ModelArts refused or the service came to another status than the one that \
      was waited for, 2 when nothing could be asked; with --json standard output then holds an object with the key \
      error.
      """,
    subcommands: [
      ServiceListCommand.self, ServiceShowCommand.self, ServiceCreateCommand.self, ServiceStartCommand.self,
      ServiceStopCommand.self, ServiceDeleteCommand.self, ServiceDeploymentsCommand.self, ServiceEventsCommand.self,
      ServiceFlavorsCommand.self, ServiceKeysCommand.self,
    ])
}

/// Where the API is, and who asks.
struct DeploymentAPIOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The API of the region, such as https://modelarts.cn-north-4.myhuaweicloud.com.", valueName: "url"))
  var url: String
  @Option(help: ArgumentHelp("The identity of the project.", valueName: "id"))
  var project: String
  @OptionGroup(title: "Authentication") var authentication: AuthenticationOptions
  @Option(help: ArgumentHelp("Authorities to trust instead of the system's, in PEM.", valueName: "file"))
  var cacert: String?
  @Flag(help: "Do not check the server's certificate.")
  var insecure = false
  @Option(help: ArgumentHelp("Proxy, such as http://proxy.example:3128.", valueName: "url"))
  var proxy: String?
  @Option(help: ArgumentHelp("How long one request may take.", valueName: "seconds"))
  var timeout = Seconds(60)
  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    try ValidationError.unless("--timeout", timeout.number, isAbove: 0, unit: "seconds")
    guard !project.isEmpty else { throw ValidationError("--project is empty; give the identity of the project.") }
  }

  /// Asks the API and prints what it gives, or tells why it gave nothing.
  ///
  /// - Parameters:
  ///   - work: What is asked.
  ///   - lines: What it gives, for people.
  /// - Throws: `ExitCode` 1 for a refusal and 2 for whatever else came between, both told; `ValidationError`.
  func ask<Value: Encodable & Sendable>(
    _ work: @escaping @Sendable (ModelArtsClient) async throws -> Value, lines: (Value) -> [String]
  ) async throws {
    do {
      let transport = try CurlTransport(
        configuration: TransportConfiguration(
          tls: TLSConfiguration(verifiesServer: !insecure, authorityPath: cacert),
          proxy: proxy.map { ProxyConfiguration(address: $0) }))
      defer { transport.shutDown() }
      let configuration = ServiceConfiguration(
        endpoint: try Endpoint(url),
        authentication: try authentication.authentication(apiKey: nil, from: "choose another --auth"),
        timeouts: TransferTimeouts(total: timeout.duration))
      if configuration.authentication != .none, configuration.endpoint.isPlainToAnotherHost {
        Console.note("Warning: what proves who asks goes to \(configuration.endpoint) without encryption.")
      }
      let client = ModelArtsClient(Service(configuration, transport: transport), project: project)
      let value = try await TerminationSignals.cancelling { try await work(client) }
      if json { return try Console.line(try Console.json(value)) }
      for line in lines(value) { try Console.line(line.withoutSteering) }
    } catch let error as ValidationError {
      throw error
    } catch {
      let failure = Failure.of(error)
      do { try Failure.told(by: "modelarts-check", json: json) { throw failure } } catch let status as ExitCode {
        throw Self.isRefusal(error) ? ExitCode(1) : status
      }
    }
  }

  /// Whether somebody was asked and said no.
  private static func isRefusal(_ error: any Error) -> Bool {
    switch error {
    case let error as ServiceError: error.status != nil
    case let error as ModelArtsError: error.kind == .serviceFailed || error.kind == .waitEnded
    default: false
    }
  }
}

/// Whether to wait for what was asked for, and how long.
struct WaitingOptions: ParsableArguments {
  @Flag(help: "Wait until it is done.")
  var wait = false
  @Option(help: ArgumentHelp("How often to look with --wait. Default: 10.", valueName: "seconds"))
  var interval: Seconds?
  @Option(help: ArgumentHelp("How long --wait waits. Default: 3600.", valueName: "seconds"))
  var waitTimeout: Seconds?

  func validate() throws {
    for (flag, value) in [("--interval", interval), ("--wait-timeout", waitTimeout)] {
      guard let value else { continue }
      try ValidationError.unless(flag, value.number, isAbove: 0, unit: "seconds")
      if !wait { throw ValidationError("\(flag) needs --wait.") }
    }
  }

  /// How to wait; `nil` for not at all.
  var policy: PollingPolicy? {
    guard wait else { return nil }
    return .every((interval ?? Seconds(10)).duration, deadline: (waitTimeout ?? Seconds(3600)).duration)
  }
}

extension DeployedService {
  /// For people.
  var lines: [String] {
    ["\(status)  \(name)  \(id)"]
      + [failureReason].compactMap { $0.map { "  reason: \($0)" } }
      + addresses.flatMap { address in address.urls.map { "  \(address.type): \($0)" } }
  }
}
