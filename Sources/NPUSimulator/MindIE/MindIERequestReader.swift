/// Turns the JSON of a request in one of MindIE's own protocols into a checked one, or into the error with which MindIE
/// would respond.
struct MindIERequestReader {
  let behaviour: Behaviour
  private let body: MemberReader
  /// Where the parameters stand.
  private let parameters: MemberReader

  /// - Throws: `ErrorResponse` if the document is not what requests are.
  init(_ document: JSONValue, _ form: MindIECall.Form, behaviour: Behaviour) throws(ErrorResponse) {
    guard document.members != nil else { throw .shape("Req body converts to json fail.") }
    self.behaviour = behaviour
    body = MemberReader(document: document)
    var place = document
    if form == .tritonTokens {
      // The manual has the parameters beside the tensors, the server's code reads them inside the first.
      let tensor = body.value("inputs")?.arrayValue?.first ?? .null
      if tensor["parameters"]?.members != nil { place = tensor }
    }
    if form == .vllm {
      parameters = body
    } else {
      let value = place["parameters"] ?? .object([])
      guard value.isNull || value.members != nil else { throw .shape("The type of parameters is abnormal") }
      parameters = MemberReader(document: value.isNull ? .object([]) : value)
    }
  }

  /// Reads a request.
  ///
  /// - Parameters:
  ///   - form: The protocol.
  ///   - model: The model of the path.
  ///   - streams: Whether the path asks for a stream; where it does not say, the body does.
  /// - Returns: The request.
  /// - Throws: `ErrorResponse` with what is wrong with it.
  func read(_ form: MindIECall.Form, model: String?, streams: Bool?) throws(ErrorResponse) -> MindIECall {
    if let model, !behaviour.models.contains(model) {
      throw ErrorResponse(status: 404, message: "Model \(model) not found.", type: "NotFoundError", parameter: nil)
    }
    let prompt = try prompt(form)
    guard prompt.count > 0 else { throw .shape("Inputs length must be in (0, 4194304], but got 0") }
    var request = GenerationRequest(
      kind: .completion, model: model ?? behaviour.models.first ?? "", prompts: [prompt], maxTokens: 0)
    request.quote = GenerationRequest.quote(in: String(decoding: prompt.bytes, as: UTF8.self))
    if let streams { request.streams = streams } else { request.streams = try body.bool("stream") ?? false }
    try readSampling(form, into: &request)
    request.maxTokens = try outputLimit(form, prompt)
    var call = MindIECall(form: form, generation: request)
    try readDetails(form, into: &call)
    try ResponseBudget.check(request, behaviour)
    return call
  }

  private func prompt(_ form: MindIECall.Form) throws(ErrorResponse) -> GenerationRequest.Prompt {
    switch form {
    case .tgi, .generalTGI:
      return .init(try text("inputs", "Request should contain 'inputs' and the type should be string."))
    case .vllm: return .init(try text("prompt", "Contains not prompt or prompt null"))
    case .triton: return .init(try text("text_input", "The text_input not found"))
    case .infer:
      guard body.value("inputs") == nil || body.value("input_id") == nil else { throw .shape("Input conflict.") }
      guard let tokens = body.value("input_id") else { return .init(try text("inputs", "Not found inputs.")) }
      guard let elements = tokens.arrayValue else { throw .shape("Parameter input_id must be an array") }
      return .init(identifiers: try identifiers(elements, "Parameter input_id must be integer"))
    case .tritonTokens: return .init(identifiers: try tensor())
    }
  }

  private func text(_ key: String, _ complaint: String) throws(ErrorResponse) -> String {
    guard let value = body.value(key) else { throw .shape(complaint) }
    guard let text = value.stringValue else { throw .shape("The type of \(key) is abnormal") }
    return text
  }

  private func identifiers(_ elements: [JSONValue], _ complaint: String) throws(ErrorResponse) -> [Int] {
    let numbers = elements.compactMap(\.integerValue)
    guard numbers.count == elements.count, !numbers.isEmpty else { throw .shape(complaint) }
    return numbers
  }

  /// The one tensor of tokens.
  private func tensor() throws(ErrorResponse) -> [Int] {
    guard let inputs = body.value("inputs")?.arrayValue else {
      throw .shape("Req should contain 'inputs' and the type should be array.")
    }
    guard let input = inputs.first, inputs.count == 1 else { throw .shape("Inputs count must be 1.") }
    guard input["name"]?.stringValue != nil else {
      throw .shape("Cannot find name in inputs or its type is not string")
    }
    guard let shape = input["shape"]?.arrayValue?.compactMap(\.integerValue), let length = shape.last,
      shape.count == 1 || shape.count == 2 && shape.first == 1
    else { throw .shape("Shape must be at most two-dimensional, and the last element's value must be in (0,1048576].") }
    guard input["datatype"]?.stringValue == "UINT32" else {
      throw .shape("Unsupported datatype, got \(input["datatype"]?.stringValue ?? "none").")
    }
    guard let data = input["data"]?.arrayValue else {
      throw .shape("Cannot find data in inputs or its type is not array")
    }
    guard data.count == length else { throw .shape("Data size should be \(length), got \(data.count).") }
    guard let outputs = body.value("outputs")?.arrayValue, outputs.count == 1, outputs[0]["name"]?.stringValue != nil
    else { throw .shape("Req should contain 'outputs' and the type should be array.") }
    return try identifiers(data, "Data element must be integer type.")
  }

  private func readSampling(_ form: MindIECall.Form, into request: inout GenerationRequest) throws(ErrorResponse) {
    if let temperature = try parameters.double("temperature") {
      guard temperature > 0 || form == .vllm && temperature == 0 else {
        throw .shape("Parameter temperature must be \(form == .vllm ? ">=" : ">") 0.0, got \(temperature)")
      }
    }
    if let topP = try parameters.double("top_p"), topP <= 0 || topP > 1 {
      throw .shape("Parameter top_p must be in (0.0, 1.0], got \(topP)")
    }
    if let penalty = try parameters.double("repetition_penalty"), penalty <= 0 {
      throw .shape("Parameter repetition_penalty must be > 0.0, got \(penalty)")
    }
    request.seed = try parameters.integer("seed").map { UInt64(bitPattern: Int64($0)) }
    if form == .vllm {
      request.ignoresEnd = try parameters.bool("ignore_eos") ?? false
      request.keepsStop = try parameters.bool("include_stop_str_in_output") ?? false
      request.choices = try parameters.integer("n", atLeast: 1) ?? 1
      guard request.choices <= ResponseBudget.choices else {
        throw .shape("n must be in [1, \(ResponseBudget.choices)], got \(request.choices)")
      }
    } else {
      _ = try parameters.bool("do_sample")
    }
    if form == .tgi || form == .generalTGI || form == .vllm, let stop = parameters.value("stop") {
      if let text = stop.stringValue {
        request.stops = [text]
      } else if let texts = stop.arrayValue, texts.allSatisfy({ $0.stringValue != nil }) {
        request.stops = texts.compactMap(\.stringValue)
      } else {
        throw .shape("Parameter stop must be string or list of string")
      }
      guard !request.stops.contains("") else { throw .shape("Parameter stop must not hold an empty string") }
    }
  }

  private func readDetails(_ form: MindIECall.Form, into call: inout MindIECall) throws(ErrorResponse) {
    guard form != .vllm else { return }
    call.details = try parameters.bool("details") ?? false
    switch form {
    case .tgi, .generalTGI:
      call.showsPrompt = try parameters.bool("decoder_input_details") ?? false
      call.returnsFullText = try parameters.bool("return_full_text") ?? false
      guard !call.showsPrompt || !call.generation.streams else {
        throw .shape("The decoder_input_details must not be true when stream is true.")
      }
    case .infer, .triton, .tritonTokens:
      if let priority = try parameters.integer("priority"), !(1...5).contains(priority) {
        throw .shape("Parameter priority must be in [1,5], got \(priority)")
      }
      if let limit = try parameters.integer("timeout"), !(1...65_535).contains(limit) {
        throw .shape("Parameter timeout must be in (0,65535], got \(limit)")
      }
    case .vllm: break
    }
    guard form == .triton || form == .tritonTokens else { return }
    call.id = try body.string("id")
    if let id = call.id, !(1...256).contains(id.utf8.count) || !id.utf8.allSatisfy(Self.isPartOfID) {
      throw .shape(
        "The id can contain only digits, letters, underscores(_), hyphens(-) and no more than 256 words in length.")
    }
    if form == .tritonTokens, let name = body.value("outputs")?.arrayValue?.first?["name"]?.stringValue, !name.isEmpty {
      call.outputName = name
    }
  }

  private static func isPartOfID(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private func outputLimit(
    _ form: MindIECall.Form, _ prompt: GenerationRequest.Prompt
  ) throws(ErrorResponse) -> Int {
    let key = form == .vllm ? "max_tokens" : "max_new_tokens"
    let asked = try parameters.integer(key)
    if let asked, asked < 1 { throw .shape("Parameter \(key) must be in (0,2147483647], got \(asked)") }
    let room = behaviour.maxModelLength - prompt.count
    guard room > 0 else {
      throw .shape("Inputs token length must be in (0, \(behaviour.maxModelLength)], but got \(prompt.count)")
    }
    // MindIE answers within the room it has, whatever is asked for; without a number it makes 20 tokens.
    return min(asked ?? (form == .vllm ? 16 : 20), room)
  }
}
