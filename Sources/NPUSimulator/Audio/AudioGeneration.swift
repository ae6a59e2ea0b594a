/// A valid request for a transcription or speech: its fault, and how its times vary.
struct AudioGeneration: Sendable {
  private let behaviour: Behaviour
  private let format: WireFormat
  private let index: Int
  private let fault: Fault?

  /// Counts the request.
  init(_ context: RequestContext) {
    behaviour = context.behaviour
    format = context.format
    index = context.nextGeneration()
    fault = behaviour.fault(forRequest: index)
  }

  /// A time varied by the jitter.
  func varied(_ nanoseconds: Int64) -> Int64 {
    let chance = SplitMix64.unit(SplitMix64.mix(behaviour.seed, 0x61_7564_696F, UInt64(truncatingIfNeeded: index)))
    return Int64(Double(nanoseconds) * (1 + min(max(0, behaviour.jitter), 1) * (2 * chance - 1)))
  }

  /// The response, or that of the fault where it leaves nothing of the true one.
  func response(streams: Bool, type: String, _ script: (Fault?) -> any ResponseScript) -> Response {
    let broken = fault.flatMap { fault -> (any ResponseScript)? in
      // The bodies of these two stand for a text; here they are faults of the stream itself.
      if streams, fault.kind == .hugeBody || fault.kind == .endlessLine { return nil }
      return fault.script(streams: streams, format: format, contentType: type)
    }
    return Response(
      script: broken ?? script(fault), fault: fault, isGeneration: true,
      concurrencyLimit: behaviour.maxConcurrency)
  }
}
