internal import NIOCore
internal import Synchronization

/// The metrics of one server, which its connections add to and its metrics route shows.
final class EngineMetrics: Sendable {
  private let metrics = Mutex(ServiceMetrics())

  /// Counts tokens that one step made.
  func count(_ tokens: Int) {
    guard tokens > 0 else { return }
    metrics.withLock { $0.count(tokens) }
  }

  /// Adds what one response measured.
  func add(_ timing: ResponseTiming, _ progress: ResponseProgress, reasons: [String]) {
    metrics.withLock { $0.add(timing, progress, reasons: reasons) }
  }

  /// The route that shows them.
  var routes: [Route] {
    [
      .get("/metrics") { [self] context in
        let text = PrometheusText.render(
          metrics.withLock { $0 }, model: context.behaviour.models.first ?? "", running: context.load.running,
          waiting: context.load.waiting, cached: context.load.cached)
        return .fixed(
          context.format.response(200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: text))
      }
    ]
  }
}
