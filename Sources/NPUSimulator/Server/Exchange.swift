internal import NIOCore
internal import NIOHTTP1

/// One request of a connection while it is answered.
struct Exchange {
  /// The number of the request.
  let number: Int
  var script: any ResponseScript
  /// Whether text is generated.
  let isGeneration: Bool
  let keepsAlive: Bool
  /// The head of the request, where what comes next are frames of a WebSocket.
  let upgrade: HTTPRequestHead?
  /// When the request's last byte was read.
  let receivedAt: NIODeadline
  /// From when the script's offsets count: the request, or the end of its wait.
  var startedAt: NIODeadline
  /// Whether the request has left the queue.
  var isRunning = false
  /// The wake-up for the next step.
  var timer: Scheduled<Void>?
  var timing = ResponseTiming()
  /// The last write, after which the connection may be closed.
  var lastWrite: EventLoopFuture<Void>?

  /// Whether the next step may be taken.
  var canAdvance: Bool { isRunning && timer == nil }

  /// The time since the start in nanoseconds.
  var now: Int64 { (NIODeadline.now() - startedAt).nanoseconds }

  /// The time since the request in seconds.
  var secondsSinceRequest: Double { Double((NIODeadline.now() - receivedAt).nanoseconds) / 1e9 }
}
