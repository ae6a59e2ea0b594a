package import ArgumentParser
import Foundation
import HTTPTypes
package import NPUTestKit
package import ToolSupport

/// Which service, and how to reach it: the same for every tool that measures or checks one.
package struct ServiceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Base address, such as http://127.0.0.1:8000 or unix:/path. Without it a simulator is started and used.",
      valueName: "url"))
  package var baseURL: String?
  @Option(
    help: ArgumentHelp(
      "Model to ask for. The protocols diffusers and transcribe, and the protocol of tasks, have none. Default: the "
        + "first that the service lists; image-check and audio-check name none.", valueName: "name"))
  package var model: String?
  @Option(
    help: ArgumentHelp(
      "Path of the requests, where it is not the usual one. Not for llm-check and services of tasks, which are asked "
        + "by several paths.", valueName: "path"))
  package var endpoint: String?
  @Option(
    name: .customLong("header"),
    help: ArgumentHelp("Extra header field, as \"Name: value\". Can be repeated.", valueName: "field"))
  package var headers: [String] = []
  @Option(
    help: ArgumentHelp("API key; others can see it in the list of processes, so prefer the variable.", valueName: "key")
  )
  package var apiKey: String?
  @Option(help: ArgumentHelp("Environment variable that holds the API key.", valueName: "name"))
  package var apiKeyVariable = "OPENAI_API_KEY"
  @OptionGroup package var authentication: AuthenticationOptions
  @Option(help: ArgumentHelp("Authorities to trust instead of the system's, in PEM.", valueName: "file"))
  package var cacert: String?
  @Option(help: ArgumentHelp("Client certificate, in PEM.", valueName: "file"))
  package var cert: String?
  @Option(help: ArgumentHelp("Key of the client certificate, in PEM.", valueName: "file"))
  package var key: String?
  @Flag(help: "Do not check the server's certificate.")
  package var insecure = false
  @Option(help: ArgumentHelp("Proxy, such as http://proxy.example:3128.", valueName: "url"))
  package var proxy: String?
  @Option(help: ArgumentHelp("How long a connection may take to be made.", valueName: "seconds"))
  package var connectTimeout = Seconds(30)
  @Option(help: ArgumentHelp("How long the first byte of a response may take.", valueName: "seconds"))
  package var firstByteTimeout = Seconds(600)
  @Option(help: ArgumentHelp("How long a response may be silent.", valueName: "seconds"))
  package var idleTimeout = Seconds(120)
  @Option(
    help: ArgumentHelp(
      "How long a response may hold nothing but keep-alive comments, pings or empty events. Default: "
        + "--first-byte-timeout before the first content, --idle-timeout after it.", valueName: "seconds"))
  package var contentTimeout: Seconds?
  @Option(help: ArgumentHelp("How long a request may take in all. Default: no limit.", valueName: "seconds"))
  package var timeout: Seconds?
  @Flag(help: "Open a new connection for each request of a load; checks do so anyway.")
  package var freshConnections = false

  package init() {}

  package func validate() throws { _ = (try fields, try timeouts) }
}

extension ServiceOptions {
  /// The service at an address, as the options say.
  ///
  /// - Throws: `ValidationError` or `ServiceError` for what cannot be meant.
  package func service(_ address: String) throws -> ServiceConfiguration {
    let key = apiKey ?? ProcessInfo.processInfo.environment[apiKeyVariable] ?? ""
    var service = try ServiceConfiguration(address)
    service.authentication = try authentication.authentication(
      apiKey: key.isEmpty ? nil : key, from: "give --api-key, or set the environment variable \(apiKeyVariable)")
    service.timeouts = try timeouts
    service.connection = freshConnections ? .fresh : .keepAlive
    for field in try fields { service.headers[field.name] = field.value }
    return service
  }

  /// What carries the requests.
  ///
  /// - Parameter networkThreads: On how many threads.
  /// - Returns: The transport, whose threads run.
  /// - Throws: `ValidationError` or `TransportError` for what cannot be used.
  package func transport(networkThreads: Int = 1) throws -> CurlTransport {
    try CurlTransport(configuration: try transportConfiguration(networkThreads: networkThreads))
  }

  /// How connections are made.
  ///
  /// - Parameter networkThreads: On how many threads.
  /// - Returns: The configuration of a transport.
  /// - Throws: `ValidationError` for what cannot be used.
  package func transportConfiguration(networkThreads: Int = 1) throws -> TransportConfiguration {
    guard (cert == nil) == (key == nil) else {
      throw ValidationError("--cert and --key belong together; give both.")
    }
    var tls = TLSConfiguration(verifiesServer: !insecure, authorityPath: cacert)
    if let cert, let key { tls.clientCertificate = .init(certificatePath: cert, keyPath: key) }
    return TransportConfiguration(
      tls: tls, proxy: proxy.map { ProxyConfiguration(address: $0) }, networkThreads: networkThreads)
  }

  /// A warning where secrets would travel in the clear.
  package func exposure(of service: ServiceConfiguration) -> String? {
    let warnings = [exposureOfRequests(to: service), authentication.exposure].compactMap(\.self)
    return warnings.isEmpty ? nil : warnings.joined(separator: " Also ")
  }

  private func exposureOfRequests(to service: ServiceConfiguration) -> String? {
    guard service.authentication != .none, service.endpoint.isPlainToAnotherHost else { return nil }
    let origin = apiKey == nil ? apiKeyVariable : "--api-key"
    let secret = authentication.auth.map { "what --auth \($0.rawValue) sends" } ?? "the API key of \(origin)"
    return "\(secret) goes to \(service.endpoint.description) without encryption."
  }

  /// Refuses --endpoint where the service has several paths.
  ///
  /// - Parameter paths: Some of them.
  /// - Throws: `ValidationError` if it was given.
  package func refuseEndpoint(_ paths: String) throws {
    guard endpoint != nil else { return }
    throw ValidationError(
      "--endpoint names one path, but several are asked (\(paths)); put a prefix that they share into --base-url."
    )
  }

  /// The header fields; an error does not show a field, since it may hold a secret.
  private var fields: [HTTPField] {
    get throws {
      try headers.map { header in
        let parts = header.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let name = HTTPField.Name(String(parts[0])) else {
          throw ValidationError("--header takes \"Name: value\"; the name or the colon is missing.")
        }
        let value = parts[1].trimmingCharacters(in: .whitespaces)
        // A line break would begin a field, or a request, of its own; the field's type makes spaces of it in silence.
        guard HTTPField.isValidValue(value) else {
          throw ValidationError(
            "--header \(name.rawName) holds a line break or another control character, which no field may hold; "
              + "remove it.")
        }
        return HTTPField(name: name, value: value)
      }
    }
  }

  private var timeouts: TransferTimeouts {
    get throws {
      let given = [
        ("--connect-timeout", connectTimeout), ("--first-byte-timeout", firstByteTimeout),
        ("--idle-timeout", idleTimeout), ("--content-timeout", contentTimeout), ("--timeout", timeout),
      ]
      for (name, seconds) in given {
        try ValidationError.unless(name, seconds?.number, isAbove: 0, unit: "seconds")
      }
      return TransferTimeouts(
        connect: connectTimeout.duration, firstByte: firstByteTimeout.duration, idle: idleTimeout.duration,
        total: timeout?.duration, content: contentTimeout?.duration)
    }
  }
}
