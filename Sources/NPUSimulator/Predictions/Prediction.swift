internal import NIOCore
internal import NIOHTTP1

/// What is generated for one request of the prediction service, and when.
struct Prediction: Sendable {
  /// A token, as JSON, and when it is due.
  struct Event: Sendable {
    /// Nanoseconds from the start of the response.
    var due: Int64
    var json: ByteBuffer
  }

  let behaviour: Behaviour
  let fault: Fault?
  let events: [Event]
  let promptTokens: Int
  let finishReason: String
  private let text: [UInt8]

  /// Generates the response to a document with a prompt, or with the messages of a chat.
  ///
  /// Code made after ModelArts' template has its prompt under the name `input`, which is taken as well.
  init(
    _ context: inout RequestContext, _ document: JSONValue, streams: Bool
  ) throws(ErrorResponse) {
    try context.override(with: document)
    behaviour = context.behaviour
    var document = document
    if document["prompt"] == nil, let input = document["input"], let members = document.members {
      document = .object(members + [.init(key: "prompt", value: input)])
    }
    let kind: GenerationRequest.Kind = document["messages"] == nil ? .completion : .chat
    var request = try RequestReader(document, behaviour: behaviour).read(kind)
    (request.streams, request.choices) = (streams, 1)
    fault = behaviour.fault(forRequest: context.nextGeneration())
    promptTokens = request.promptTokens
    let schedule = behaviour.schedule(
      seed: SplitMix64.mix(request.seed ?? behaviour.seed, UInt64(context.number)))
    var generator = ChoiceGenerator(request, behaviour, index: 0)
    var events: [Event] = []
    var text: [UInt8] = []
    while let piece = generator.next() {
      text += piece.text
      var json = ByteBuffer()
      json.writeStaticString(#"{"token": ""#)
      json.writeJSONContent(piece.text)
      json.writeStaticString(#""}"#)
      events.append(Event(due: schedule.offset(ofChunk: events.count / schedule.tokensPerChunk), json: json))
    }
    self.events = events
    self.text = text
    finishReason = generator.finish?.reason ?? "stop"
  }

  /// The response in one document.
  var document: ByteBuffer {
    var json = ByteBuffer()
    json.writeStaticString(#"{"result": ""#)
    json.writeJSONContent(text)
    json.writeStaticString(#""}"#)
    return json
  }

  /// The message that ends a response.
  var done: ByteBuffer {
    var json = ByteBuffer()
    json.writeStaticString(#"{"done": true, "finish_reason": "#)
    json.writeJSON(finishReason)
    json.writeStaticString("}")
    return json
  }
}
