internal import NPUBase
internal import NPULoad
internal import NPUServices
internal import NPUTransport

/// The answers of probes as the service gave them before any fault, twice and alike.
///
/// A service that repeats a text when it is asked to gives the text itself; any other that is asked at temperature 0
/// gives some text, which must be the same after a fault. Answers that differ by themselves are not known.
struct KnownAnswers: Sendable {
  /// The answers by the name of the request.
  private(set) var texts: [String: String] = [:]
  /// Names of requests whose answers differ by themselves.
  private(set) var unsteady: [String] = []
  /// How long the slowest of them took when it was asked for alone, and not for the first time.
  private(set) var slowest = Duration.zero

  /// Knows nothing.
  init() {}

  /// Why nothing could be learned.
  struct Failure: Error {
    let outcome: Outcome
  }

  /// Asks for each answer twice, one request at a time.
  ///
  /// - Throws: ``Failure`` if a request fails; what preparing it throws.
  init(of supply: ProbeSupply, from service: Service) async throws {
    for name in supply.names {
      let (first, _) = try await Self.text(name, supply, service)
      let (second, time) = try await Self.text(name, supply, service)
      slowest = max(slowest, time)
      if first == second, !first.allSatisfy(\.isWhitespace) { texts[name] = first } else { unsteady.append(name) }
    }
  }

  private static func text(
    _ name: String, _ supply: ProbeSupply, _ service: Service
  ) async throws -> (text: String, time: Duration) {
    let record = await (try await supply.request(name, to: service)).record(over: service.transport)
    try Task.checkCancellation()
    guard record.outcome.isSuccess else { throw Failure(outcome: record.outcome) }
    let timeline = record.timeline
    return (record.text ?? "", timeline.started.duration(to: timeline.closed ?? service.transport.now))
  }
}
