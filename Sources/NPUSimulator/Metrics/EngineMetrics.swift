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
        let (behaviour, load) = (context.behaviour, context.load)
        guard behaviour.wireProtocol == .vllm || behaviour.mindie.showsMetrics else {
          return .fixed(context.format.response(.hiddenMetrics))
        }
        let counted = metrics.withLock { $0 }
        let text =
          behaviour.wireProtocol == .mindie
          ? MindIEMetricsText.render(
            counted, models: behaviour.models, running: load.running, waiting: load.waiting, cached: load.cached)
          : PrometheusText.render(
            counted, model: behaviour.models.first ?? "", running: load.running, waiting: load.waiting,
            cached: load.cached)
        return .fixed(
          context.format.response(200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: text))
      }
    ]
  }
}

extension ErrorResponse {
  /// What MindIE responds where its environment does not turn metrics on.
  fileprivate static var hiddenMetrics: ErrorResponse {
    ErrorResponse(
      status: 500, message: "Metrics are off; set MIES_SERVICE_MONITOR_MODE=1.", type: "InternalServerError")
  }
}
