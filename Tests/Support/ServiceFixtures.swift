package import HTTPTypes
package import NPUServices
package import NPUTransport

/// A transport that gives one response to every request, its body cut where the test wants it.
package func answering(
  status: Int = 200, contentType: String = "application/json", headers: HTTPFields = [:], pieces: [String]
) -> ScriptedTransport {
  var fields = headers
  fields[.contentType] = contentType
  let head = HTTPResponse(status: .init(code: status), headerFields: fields)
  return ScriptedTransport { _ in [.head(head)] + pieces.flatMap { [.wait(.milliseconds(10)), .body($0)] } }
}

/// A transport that streams a body and may break off at its end.
package func streaming(_ body: String, breakingOff: TransportError.Kind? = nil) -> ScriptedTransport {
  ScriptedTransport { _ in
    [.head(status: 200, contentType: "text/event-stream; charset=utf-8"), .body(body)]
      + (breakingOff.map { [.fail($0)] } ?? [])
  }
}

extension ServiceConfiguration {
  package static var local: ServiceConfiguration {
    get throws { try ServiceConfiguration("http://127.0.0.1:8000", apiKey: "sk-very-secret") }
  }
}

extension ChatClient {
  /// A client of a service that gives one response.
  package init(_ transport: any Transport) throws { self.init(transport: transport, service: try .local) }

  /// Everything a stream gives, and the error at its end.
  package func collect(
    _ request: ChatRequest = ChatRequest(model: "m", messages: [.user("Hi")])
  ) async -> (chunks: [Received<ChatChunk>], error: (any Error)?) {
    var chunks: [Received<ChatChunk>] = []
    do {
      for try await chunk in stream(request) { chunks.append(chunk) }
    } catch {
      return (chunks, error)
    }
    return (chunks, nil)
  }
}

extension Sequence<Received<ChatChunk>> {
  /// The whole response of the chunks.
  package func assembled(_ text: StreamedText = .detect) -> ChatResponse {
    var accumulator = ChatAccumulator(text: text)
    for chunk in self { accumulator.add(chunk.value) }
    return accumulator.response
  }
}

/// Events of a chat stream, written as servers write them.
package enum ChatEvents {
  package static func event(_ choices: String, _ rest: String = "") -> String {
    #"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1764924127,"model":"m","choices":["#
      + choices + "]" + rest + "}\n\n"
  }

  package static func delta(_ delta: String, index: Int = 0, finish: String? = nil, _ rest: String = "") -> String {
    let reason = finish.map { "\"\($0)\"" } ?? "null"
    return event(
      #"{"index":\#(index),"delta":\#(delta),"logprobs":null,"finish_reason":\#(reason)\#(rest)}"#)
  }

  package static let role = delta(#"{"role":"assistant","content":""}"#)
  package static let done = "data: [DONE]\n\n"

  /// Hello, in three pieces.
  package static let hello =
    role + delta(#"{"content":"Hel"}"#) + delta(#"{"content":""}"#) + delta(#"{"content":"lo"}"#)
    + delta("{}", finish: "stop", #","stop_reason":null"#)
}
