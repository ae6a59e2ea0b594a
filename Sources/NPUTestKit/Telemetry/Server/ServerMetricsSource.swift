internal import HTTPTypes
internal import NPUBase
public import NPUServices
public import NPUTransport

/// Reads the `/metrics` of a server or an exporter over a transport.
///
/// Give it a transport of its own during a load, so that reading does not hold up the thread that stamps the load's
/// responses.
public struct ServerMetricsSource: TelemetrySource {
  /// What carries the requests.
  public var transport: any Transport
  /// What each reading sends.
  public var request: TransferRequest
  /// Only series of this model are read; `nil` reads all.
  public var model: String?
  /// How much of a response is read.
  package var limits: MetricTextParser.Limits

  /// Most bytes of a response: vLLM's have tens of kilobytes for each model.
  private static let bodyLimit = 16 << 20

  /// Creates a source.
  ///
  /// - Parameters:
  ///   - transport: What carries the requests.
  ///   - service: Where the metrics are; MindIE has a port of its own for them.
  ///   - route: The path below the service's address.
  ///   - model: Only series of this model are read; `nil` reads all.
  /// - Throws: ``ServiceError`` if the credentials cannot stand in a header.
  public init(
    transport: any Transport, service: ServiceConfiguration, route: String = "/metrics", model: String? = nil
  ) throws {
    self.transport = transport
    // The plain text format alone: OpenMetrics adds nothing that is read here, and some servers offer protocol buffers.
    request = try service.transferRequest(.get, route, accept: "text/plain;version=0.0.4, text/plain;q=0.5, */*;q=0.1")
    request.limits.bodyBytes = Self.bodyLimit
    self.model = model
    limits = MetricTextParser.Limits()
  }

  /// Parts the address of a metrics page into the address of its service and its route.
  ///
  /// - Parameter url: Such as `http://host:8000/metrics`; without a path `/metrics` is meant.
  /// - Returns: Both parts.
  package static func parts(of url: String) -> (base: String, route: String) {
    guard !url.lowercased().hasPrefix("unix:") else { return (url, "/metrics") }
    let start = url.firstRange(of: "://")?.upperBound ?? url.startIndex
    var path = url[start...].drop { $0 != "/" }
    while path.last == "/" { path = path.dropLast() }
    guard let slash = path.lastIndex(of: "/") else {
      return (String(url.reversed().drop { $0 == "/" }.reversed()), "/metrics")
    }
    return (String(url[..<slash]), String(path[slash...]))
  }

  /// Reads once.
  ///
  /// - Throws: ``SampleGap`` of kind `unreachable`, `timeout`, `refused`, `tooLarge` or `unreadable`.
  public func read(timeout: Duration) async throws(SampleGap) -> ServerMetricsReading {
    var request = request
    request.timeouts = TransferTimeouts(connect: timeout, firstByte: timeout, idle: timeout, total: timeout)
    let redactor = Redactor(request, over: transport)
    let response: TransferResponse
    do {
      response = try await transport.response(to: request)
    } catch let error as TransportError {
      throw SampleGap(kind: Self.kind(error.kind), message: error.redacted(by: redactor).description)
    } catch {
      throw SampleGap(kind: .cancelled, message: "the reading of \(request.identity) was cancelled")
    }
    func shown(_ response: TransferResponse) -> String {
      let beginning = Array(response.body.prefix(1000 + redactor.margin))
      return Excerpt.of(redactor.cleanHead(beginning, limit: 1000), limit: 200)
    }
    guard response.head.status.kind == .successful else {
      throw SampleGap(
        kind: .refused,
        message:
          "\(request.identity) answered \(response.head.status.code): \"\(shown(response))\"")
    }
    let scrape = MetricScrape(parsing: response.body.span, limits: limits)
    guard !scrape.samples.isEmpty else {
      throw SampleGap(
        kind: .unreadable,
        message:
          "\(request.identity) answered \(response.body.count) bytes without a metric, expected the text format of "
          + "Prometheus: \"\(shown(response))\"")
    }
    return ServerMetricsReading(scrape, model: model).redacted(by: redactor)
  }

  private static func kind(_ kind: TransportError.Kind) -> SampleGap.Kind {
    switch kind {
    case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: .timeout
    case .bodyTooLarge, .headerTooLarge: .tooLarge
    case .cancelled: .cancelled
    default: .unreachable
    }
  }
}
