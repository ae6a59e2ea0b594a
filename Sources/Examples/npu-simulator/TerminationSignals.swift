internal import Dispatch

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The signals that ask the process to end.
struct TerminationSignals {
  private let stream: AsyncStream<Void>
  private let sources: [any DispatchSourceSignal]

  /// Catches them: once this has returned, none is lost.
  static func caught() async -> TerminationSignals {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    var sources: [any DispatchSourceSignal] = []
    for number in [SIGINT, SIGTERM] {
      // The default action would end the process before the source is told.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { continuation.yield() }
      // A source is registered some time after it is resumed, and a signal that comes before that does nothing.
      await withCheckedContinuation { registered in
        source.setRegistrationHandler { registered.resume() }
        source.resume()
      }
      sources.append(source)
    }
    return TerminationSignals(stream: stream, sources: sources)
  }

  /// Suspends until one of them arrives.
  func first() async {
    for await _ in stream { return }
  }
}
