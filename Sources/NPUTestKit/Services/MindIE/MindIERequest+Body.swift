internal import NPUBase

/// The body of a request in one protocol.
package struct MindIEBody: Encodable {
  private let request: MindIERequest
  private let wireProtocol: MindIERequest.WireProtocol
  private let streams: Bool
  /// Whether the body says that the response is to be a stream: two protocols have paths for that.
  private let namesStream: Bool

  /// Creates the body.
  ///
  /// - Parameters:
  ///   - request: What is asked.
  ///   - wireProtocol: In which protocol.
  ///   - streams: Whether the response is to be a stream.
  ///   - hasStreamPath: Whether the path says so.
  package init(
    _ request: MindIERequest, _ wireProtocol: MindIERequest.WireProtocol, streams: Bool, hasStreamPath: Bool = true
  ) {
    self.request = request
    self.wireProtocol = wireProtocol
    self.streams = streams
    namesStream = wireProtocol == .vllm || wireProtocol == .infer || !hasStreamPath
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: JSONKey.self)
    switch (request.prompt, wireProtocol) {
    case (.text(let text), .vllm): try container.encode(text, forKey: "prompt")
    case (.text(let text), .triton): try container.encode(text, forKey: "text_input")
    case (.text(let text), _): try container.encode(text, forKey: "inputs")
    case (.tokens(let tokens), _): try container.encode(tokens, forKey: "input_id")
    }
    if namesStream { try container.encode(streams, forKey: "stream") }
    if wireProtocol == .triton { try container.set("id", request.id) }
    var extras = request.extras
    if wireProtocol == .vllm {
      for (name, value) in vllmMembers where extras[name] == nil { try container.encode(value, forKey: JSONKey(name)) }
    } else {
      var parameters = parameters
      if let more = extras["parameters"]?.object {
        for (name, value) in more { parameters[name] = value }
        extras["parameters"] = nil
      }
      if extras["parameters"] == nil { try container.encode(parameters, forKey: "parameters") }
    }
    try container.set(extras: extras)
  }

  /// What stands in `parameters`.
  var parameters: [String: JSONValue] {
    let sampling = request.sampling
    let isGreedy = sampling.temperature == 0
    return JSONValue.members([
      ("max_new_tokens", sampling.maxTokens.map(JSONValue.of)),
      ("temperature", isGreedy ? nil : sampling.temperature.map(JSONValue.double)),
      ("do_sample", (request.samples ?? (isGreedy ? false : nil)).map(JSONValue.bool)),
      ("top_k", sampling.topK.map(JSONValue.of)),
      ("top_p", sampling.topP.map(JSONValue.double)),
      ("typical_p", request.typicalP.map(JSONValue.double)),
      ("seed", sampling.seed.map(JSONValue.of)),
      ("repetition_penalty", sampling.repetitionPenalty.map(JSONValue.double)),
      ("stop", sampling.stop.map { .array($0.map(JSONValue.string)) }),
      ("truncate", sampling.truncatePromptTokens.map(JSONValue.of)),
      ("priority", request.priority.map(JSONValue.of)),
      ("timeout", request.timeLimit.map { .int($0.components.seconds) }),
      ("details", .bool(request.details)),
    ])
  }

  /// What stands beside the prompt of the first server of vLLM.
  private var vllmMembers: [String: JSONValue] {
    let sampling = request.sampling
    return JSONValue.members([
      ("max_tokens", sampling.maxTokens.map(JSONValue.of)),
      ("temperature", sampling.temperature.map(JSONValue.double)),
      ("top_k", sampling.topK.map(JSONValue.of)),
      ("top_p", sampling.topP.map(JSONValue.double)),
      ("seed", sampling.seed.map(JSONValue.of)),
      ("n", sampling.n.map(JSONValue.of)),
      ("stop", sampling.stop.map { .array($0.map(JSONValue.string)) }),
      ("stop_token_ids", sampling.stopTokenIDs.map { .array($0.map(JSONValue.of)) }),
      ("include_stop_str_in_output", sampling.includeStopTextInOutput.map(JSONValue.bool)),
      ("ignore_eos", sampling.ignoreEOS.map(JSONValue.bool)),
      ("skip_special_tokens", sampling.skipSpecialTokens.map(JSONValue.bool)),
      ("repetition_penalty", sampling.repetitionPenalty.map(JSONValue.double)),
      ("frequency_penalty", sampling.frequencyPenalty.map(JSONValue.double)),
      ("presence_penalty", sampling.presencePenalty.map(JSONValue.double)),
    ])
  }
}

extension MindIERequest {
  /// Why the request cannot be sent in a protocol; `nil` if it can.
  package func refusal(in wireProtocol: WireProtocol) -> String? {
    if case .tokens = prompt, wireProtocol != .infer {
      return "MindIE's \(wireProtocol.rawValue) protocol takes a text and no tokens; the infer protocol takes both"
    }
    guard let name = given.first(where: { !$0.protocols.contains(wireProtocol) })?.name else { return nil }
    let others = given.first { $0.name == name }?.protocols.map(\.rawValue) ?? []
    let advice = others.isEmpty ? "leave it out" : "leave it out, or use \(others.joined(separator: " or "))"
    return "MindIE's \(wireProtocol.rawValue) protocol has no \(name); \(advice)"
  }

  /// What is set that not every protocol has, and which of them have it.
  ///
  /// By the servers' own readers of parameters in MindIE 2026.
  private var given: [(name: String, protocols: [WireProtocol])] {
    let fields: [(name: String, isSet: Bool, protocols: [WireProtocol])] = [
      ("n above 1", sampling.n ?? 1 > 1, [.vllm]),
      ("ignore_eos", sampling.ignoreEOS == true, [.vllm]),
      ("min_tokens", sampling.minTokens != nil, []),
      ("stop", sampling.stop?.isEmpty == false, [.tgi, .vllm]),
      ("stop_token_ids", sampling.stopTokenIDs != nil, [.vllm]),
      ("include_stop_str_in_output", sampling.includeStopTextInOutput != nil, [.vllm]),
      ("skip_special_tokens", sampling.skipSpecialTokens != nil, [.vllm]),
      ("frequency_penalty", sampling.frequencyPenalty != nil, [.vllm]),
      ("presence_penalty", sampling.presencePenalty != nil, [.vllm]),
      ("truncate", sampling.truncatePromptTokens != nil, [.tgi]),
      ("do_sample", samples != nil, [.tgi, .infer, .triton]),
      ("typical_p", typicalP != nil, [.tgi, .infer, .triton]),
      ("priority", priority != nil, [.infer, .triton]),
      ("timeout", timeLimit != nil, [.infer, .triton]),
      ("id", id != nil, [.triton]),
      ("logit_bias", sampling.logitBias != nil, []),
      ("min_p", sampling.minP != nil, []),
      ("length_penalty", sampling.lengthPenalty != nil, []),
      ("use_beam_search", sampling.useBeamSearch == true, []),
      ("allowed_token_ids", sampling.allowedTokenIDs != nil, []),
      ("bad_words", sampling.badWords != nil, []),
      ("prompt_logprobs", sampling.promptLogprobs != nil, []),
      ("spaces_between_special_tokens", sampling.spacesBetweenSpecialTokens != nil, []),
      ("repetition_detection", sampling.repetitionDetection != nil, []),
    ]
    return fields.filter(\.isSet).map { ($0.name, $0.protocols) }
  }
}

extension JSONValue {
  /// A whole number.
  fileprivate static func of(_ number: Int) -> JSONValue { .int(Int64(number)) }

  /// The members of an object that have a value.
  fileprivate static func members(_ members: [(String, JSONValue?)]) -> [String: JSONValue] {
    Dictionary(members.compactMap { name, value in value.map { (name, $0) } }, uniquingKeysWith: { $1 })
  }
}
