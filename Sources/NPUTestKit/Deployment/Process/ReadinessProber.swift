internal import HTTPTypes
internal import NPUBase
internal import NPUServices
internal import NPUTransport

/// Asks a service whether it is ready.
struct ReadinessProber {
  /// What one request has found.
  enum Finding: CustomStringConvertible {
    /// It was ready at an instant.
    case ready(MonotonicInstant)
    /// It said something else.
    case answered(status: Int)
    /// It did not say anything.
    case failed(String)

    var description: String {
      switch self {
      case .ready: "is ready"
      case .answered(let status): "said \(status) at last"
      case .failed(let reason): "could not be asked: \(reason)"
      }
    }
  }

  private let probe: ReadinessProbe
  private let transport: CurlTransport
  private let request: TransferRequest

  /// - Throws: ``ServiceProcessError`` of kind `invalidDescription` for an address that is none.
  init(_ probe: ReadinessProbe) throws {
    self.probe = probe
    do {
      let host = probe.url.firstRange(of: "://")?.upperBound ?? probe.url.startIndex
      let path = probe.url[host...].firstIndex(of: "/") ?? probe.url.endIndex
      var service = try ServiceConfiguration(String(probe.url[..<path]))
      // A probe that is not answered says as much as one that is refused.
      service.timeouts = TransferTimeouts(connect: .seconds(5), firstByte: .seconds(5), total: .seconds(10))
      service.limits.bodyBytes = 1 << 20
      // A connection to the process before this one would tell of that.
      service.connection = .fresh
      request = try service.transferRequest(.get, String(probe.url[path...]), accept: "*/*")
      transport = try CurlTransport()
    } catch {
      throw ServiceProcessError(
        kind: .invalidDescription, message: "the readiness probe cannot be sent to \(probe.url): \(error)")
    }
  }

  /// Asks once.
  func ask() async -> Finding {
    do {
      let response = try await transport.response(to: request)
      let status = response.head.status.code
      guard probe.isMet(status: status, body: response.body) else { return .answered(status: status) }
      return .ready(.now)
    } catch {
      return .failed(Excerpt.of("\(error)", limit: 200))
    }
  }
}
