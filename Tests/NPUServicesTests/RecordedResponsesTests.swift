import Foundation
import HTTPTypes
import NPUBase
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite(
  "Recorded answers",
  .enabled(if: RecordedResponses.wire != nil, "set NPUTESTKIT_TEST_DATA to the folder that holds wire"))
struct RecordedResponsesTests {
  private func document(_ bytes: [UInt8]) -> ScriptedTransport {
    ScriptedTransport { _ in [.head(status: 200, contentType: "application/json"), .body(bytes)] }
  }

  @Test("of chat models stream to a whole response, or end with the error that is in them")
  func chatStreams() async throws {
    let streams = try RecordedResponses.wire { $0.contains("-chat-stream") && $0.hasSuffix(".sse") }
    #expect(streams.count >= 20)
    for (name, bytes) in streams {
      let (chunks, error) = await (try ChatClient(streaming(String(decoding: bytes, as: UTF8.self)))).collect()
      let kind: ServiceError.Kind? =
        name.contains("engine-error")
        ? .rawTextError : name.contains("error") ? .errorEvent : name.contains("truncated") ? .truncatedStream : nil
      #expect((error as? ServiceError)?.kind == kind, "\(name): \(String(describing: error))")
      guard kind == nil else { continue }
      let answer = chunks.assembled()
      #expect(!answer.choices.isEmpty, "\(name)")
      for choice in answer.choices {
        #expect(choice.finishReason?.isRegular == true, "\(name)")
        #expect(choice.message.role == .assistant, "\(name)")
        let says = (choice.message.content ?? "") + choice.message.toolCalls.map(\.arguments).joined()
        #expect(!says.isEmpty, "\(name)")
        for call in choice.message.toolCalls { #expect(call.parsedArguments?.object != nil, "\(name): \(call)") }
      }
      if name.hasPrefix("mindie") || name.contains("usage") {
        #expect(answer.usage?.completionTokens != nil, "\(name)")
      }
    }
  }

  @Test("that repeat their text do so no more when assembled")
  func cumulative() async throws {
    for (name, bytes) in try RecordedResponses.wire({ $0.hasPrefix("mindie-chat-stream") && !$0.contains("error") }) {
      let text = await (try ChatClient(streaming(String(decoding: bytes, as: UTF8.self)))).collect().chunks.assembled()
        .text
      let expected = [
        "mindie-chat-stream-fulltext.sse": "Hello! How can I help?", "mindie-chat-stream.sse": "Hello! How can I help?",
      ]
      if let expected = expected[name] { #expect(text == expected, "\(name)") }
    }
  }

  @Test("of chat models, in one document, are read whole")
  func chats() async throws {
    let files = try RecordedResponses.wire { name in
      ["-chat-full", "capture-hunyuan", "capture-internvl", "-ascend-doc-"].contains { name.contains($0) }
    }
    #expect(files.count >= 7)
    for (name, bytes) in files {
      let answer = try await ChatClient(document(bytes)).complete(ChatRequest(model: "m", messages: []))
      let choice = try #require(answer.choices.first, "\(name)")
      #expect(choice.finishReason != nil && answer.id != nil && answer.created != nil, "\(name)")
      #expect(choice.message.content?.isEmpty == false || !choice.message.toolCalls.isEmpty, "\(name)")
      #expect((answer.usage?.totalTokens ?? 0) > 0, "\(name)")
    }
  }

  @Test("of completions are read whole")
  func completions() async throws {
    let request = CompletionRequest(model: "m", prompt: "p")
    for (name, bytes) in try RecordedResponses.wire({ $0.contains("-completions-stream") }) {
      let transport = streaming(String(decoding: bytes, as: UTF8.self))
      var accumulator = CompletionAccumulator()
      for try await chunk in CompletionClient(transport: transport, service: try .local).stream(request) {
        accumulator.add(chunk.value)
      }
      #expect(accumulator.response.text?.isEmpty == false && accumulator.response.usage != nil, "\(name)")
    }
    let documents = try RecordedResponses.wire { $0.contains("-completions-echo") || $0.contains("-completion-lmeval") }
    #expect(documents.count == 2)
    for (name, bytes) in documents {
      let answer = try await CompletionClient(transport: document(bytes), service: try .local).complete(request)
      let choice = try #require(answer.choices.first)
      #expect(!choice.text.isEmpty && choice.finishReason == .length, "\(name)")
      if let logprobs = choice.logprobs {
        #expect(logprobs.tokens.count == logprobs.tokenLogprobs.count, "\(name)")
        #expect(logprobs.tokenLogprobs.first == .some(nil), "\(name)")
      }
    }
  }

  @Test("of errors have a message")
  func errors() throws {
    let files = try RecordedResponses.wire {
      $0.contains("-error-") && !$0.hasSuffix(".sse") || $0.hasPrefix("nasty-html")
    }
    #expect(files.count >= 12)
    for (name, bytes) in files {
      let error = ErrorBody(bytes)
      #expect(!error.message.isEmpty && error.form != .empty, "\(name)")
      #expect(name.hasSuffix(".json") == (error.form != .text && error.form != .html), "\(name): \(error)")
      #expect(!error.message.hasPrefix("{"), "\(name): \(error)")
    }
  }

  @Test("of models, versions and tokenizers are read")
  func others() async throws {
    for (name, bytes) in try RecordedResponses.wire({ $0.hasSuffix("-models.json") }) {
      let health = HealthClient(transport: document(bytes), service: try .local)
      #expect(try await health.models().value?.models.isEmpty == false, "\(name)")
    }
    for (name, bytes) in try RecordedResponses.wire({
      $0.hasSuffix("-tokenize.json") || $0.hasSuffix("-tokenizer.json")
    }) {
      let tokenizer = TokenizerClient(transport: document(bytes), service: try .local)
      #expect(try await tokenizer.tokenize("a").value?.count == 3, "\(name)")
    }
  }
}

@Suite(
  "Captured exchanges",
  .enabled(
    if: RecordedResponses.captures != nil, "set NPUTESTKIT_TEST_CAPTURES to a folder of servers with their responses"))
struct CapturedExchangeTests {
  private static let servers = [
    "vllm-0.32.0", "llama-server", "llama-cpp-python", "litellm-proxy", "transformers-serve",
  ]

  private func captures(_ server: String, _ isWanted: (String) -> Bool) throws -> [RecordedResponses.Capture] {
    let folder = RecordedResponses.captures?.appending(path: server)
    return try RecordedResponses.files(in: folder, isWanted).compactMap(RecordedResponses.Capture.init)
  }

  @Test("of chat streams end well, or with the error that is in them", arguments: servers)
  func chatStreams(server: String) async throws {
    let streams = try captures(server) { name in
      name.contains("stream") && !["completion", "responses"].contains { name.hasPrefix($0) }
    }
    #expect(!streams.isEmpty)
    for capture in streams {
      let (chunks, error) = await (try ChatClient(capture.transport)).collect()
      let group = (error as? ServiceError)?.shortDescription
      let status = capture.head.status.code
      if status != 200 {
        #expect(group == "http_\(status)", "\(capture.name)")
      } else if let kind = capture.breaksWith {
        #expect(group == kind.rawValue, "\(capture.name)")
      } else if capture.name.contains("kill_engine") {
        #expect(group == "error_event", "\(capture.name)")
      } else if capture.body.isEmpty {
        #expect(group == "empty_response", "\(capture.name)")
      } else {
        #expect(error == nil, "\(capture.name): \(String(describing: error))")
        #expect(chunks.assembled().choices.allSatisfy { $0.finishReason != nil }, "\(capture.name)")
      }
    }
  }

  @Test("of completions streams end well", arguments: servers)
  func completionStreams(server: String) async throws {
    for capture in try captures(server, { $0 == "completion_stream.txt" }) {
      var accumulator = CompletionAccumulator()
      let client = CompletionClient(transport: capture.transport, service: try .local)
      for try await chunk in client.stream(CompletionRequest(model: "m", prompt: "p")) { accumulator.add(chunk.value) }
      #expect(accumulator.isFinished, "\(capture.name)")
      #expect(accumulator.response.text?.isEmpty == false, "\(capture.name)")
    }
  }

  @Test("of whole responses are read, and refusals have a message", arguments: servers)
  func documents(server: String) async throws {
    for capture in try captures(server, { !$0.contains("stream") && $0.hasSuffix(".txt") }) {
      let file = capture.name.split(separator: "/").last ?? ""
      guard capture.head.status.code == 200 else {
        let error = ErrorBody(capture.body)
        #expect(!error.message.isEmpty, "\(capture.name)")
        continue
      }
      let chats = ["chat", "tool_", "json_schema", "reasoning.", "err_", "mock", "behind"]
      if file.hasPrefix("completion") {
        let client = CompletionClient(transport: capture.transport, service: try .local)
        let answer = try await client.complete(CompletionRequest(model: "m", prompt: "p"))
        #expect(answer.choices.first?.finishReason != nil, "\(capture.name)")
      } else if chats.contains(where: { file.hasPrefix($0) }) {
        let answer = try await ChatClient(capture.transport).complete(ChatRequest(model: "m", messages: []))
        #expect(answer.choices.first?.finishReason != nil && answer.usage != nil, "\(capture.name)")
      }
    }
  }

  @Test("of service routes are read, or known to be missing", arguments: servers)
  func services(server: String) async throws {
    for capture in try captures(server, { ["health.txt", "models.txt", "version.txt", "tokenize.txt"].contains($0) }) {
      let health = HealthClient(transport: capture.transport, service: try .local)
      let isGood = capture.head.status.code == 200
      if capture.name.hasSuffix("health.txt") {
        #expect(try await health.check().state == (isGood ? .healthy : .notSupported), "\(capture.name)")
      } else if capture.head.status.code == 500 {
        await #expect(throws: ServiceError.self) { try await health.models() }
      } else if capture.name.hasSuffix("models.txt") {
        #expect(try await health.models().value?.models.isEmpty == false, "\(capture.name)")
      } else if capture.name.hasSuffix("version.txt") {
        #expect((try await health.version().value != nil) == isGood, "\(capture.name)")
      } else {
        let tokenizer = TokenizerClient(transport: capture.transport, service: try .local)
        #expect((try await tokenizer.tokenize("a").value?.count == 6) == isGood, "\(capture.name)")
      }
    }
  }
}
