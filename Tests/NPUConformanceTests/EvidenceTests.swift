import HTTPTypes
import NPUConformance
import NPUReporting
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("Evidence of a check") struct EvidenceTests {
  private static let key = "sk-0123456789-very-secret"

  private static func context(_ transport: any Transport) throws -> LLMCheckContext {
    var service = try ServiceConfiguration("http://127.0.0.1:8000", apiKey: Secret(key))
    service.headers[try #require(HTTPField.Name("X-Tenant-Key"))] = "tenant-secret-77"
    return LLMCheckContext(transport: transport, service: service, model: "m")
  }

  @Test("No secret stands in a finding, its evidence or any report, though the service repeats it") func secrets()
    async throws
  {
    // With one of the fillings each excerpt begins or ends inside a repetition.
    for (status, filling) in zip([200, 400, 500, 200, 400, 500, 200, 400], 0...) {
      let echo =
        String(repeating: "x", count: 7 * filling)
        + String(repeating: "you sent \(Self.key) and tenant-secret-77; ", count: 200)
      let talkative = answering(status: status, pieces: [#"{"error":{"message":"\#(echo)"}}"#])
      var context = try Self.context(talkative)
      context.model = Self.key
      let report = await CheckSuite.llm.run(in: context)
      let text = ConformanceText(report)
      for shown in [text.console, text.markdown, report.junit, try report.json()] {
        for part in ["sk-01", "-0123", "-very", "cret-77", "ecret-"] { #expect(!shown.contains(part), "\(part)") }
      }
      #expect(try report.json().contains("<secret>"))
    }
  }

  @Test("Evidence is bounded, however much is sent") func bounded() async throws {
    let verbose = answering(pieces: Array(repeating: String(repeating: "x", count: 10_000), count: 50))
    let check = Check<LLMCheckContext>("c", "c", requirement: "It must.") { context in
      for _ in 0..<100 {
        _ = try? await ChatClient(transport: context.transport, service: context.service).complete(
          ChatRequest(model: "m", messages: [.user(String(repeating: "y", count: 100_000))]))
      }
      return .fail("for a look at the evidence")
    }
    let evidence = await check.run(in: try Self.context(verbose)).evidence
    #expect(evidence.total == 100)
    #expect(evidence.exchanges.count <= 8)
    for exchange in evidence.exchanges {
      #expect(exchange.responseBytes == 500_000)
      #expect(exchange.requestBytes > 100_000)
      #expect(exchange.responseBody.count < 1000)
      #expect(exchange.requestBody.count < 1000)
      #expect(exchange.responseBody.contains("499100 bytes"))
    }
  }

  @Test("Exchanges that went wrong are kept among many good ones") func bad() async throws {
    let check = Check<LLMCheckContext>("c", "c", requirement: "It must.") { context in
      for number in 0..<40 {
        var service = context.service
        service.timeouts.connect = .seconds(number + 1)
        _ = try? await HealthClient(transport: context.transport, service: service).models()
      }
      return .fail("for a look at the evidence")
    }
    // The requests can be told apart by a timeout alone, which this transport sees.
    let moody = ScriptedTransport { request in
      request.timeouts.connect == .seconds(20)
        ? [.head(status: 503, contentType: "text/plain"), .body("overloaded")]
        : [.head(status: 200, contentType: "application/json"), .body(#"{"data":[]}"#)]
    }
    let evidence = await check.run(in: try Self.context(moody)).evidence
    #expect(evidence.exchanges.map(\.status) == [200, 200, 200, 503, 200, 200])
    #expect(evidence.exchanges[3].responseBody == "overloaded")
    #expect(evidence.exchanges[3].contentType == "text/plain")
  }

  @Test("The end of a long response is shown with its beginning", arguments: [1, 7, 1000])
  func tail(piece: Int) async throws {
    let body = Array((String(repeating: "data: {}\n\n", count: 500) + "data: [DONE]\n\n").utf8)
    let pieces = stride(from: 0, to: body.count, by: piece).map {
      String(decoding: body[$0..<min(body.count, $0 + piece)], as: UTF8.self)
    }
    let streamed = ScriptedTransport { _ in [.head(status: 200)] + pieces.map { .body($0) } }
    let check = Check<LLMCheckContext>("c", "c", requirement: "It must.") { context in
      _ = try await ChatClient(transport: context.transport, service: context.service).response(
        to: ChatRequest(model: "m", messages: []))
      return .pass("")
    }
    let exchange = try #require(await check.run(in: try Self.context(streamed)).evidence.exchanges.first)
    #expect(exchange.responseBytes == body.count)
    #expect(exchange.responseBody.hasPrefix("data: {}"))
    #expect(exchange.responseBody.contains("data: [DONE]"))
  }
}
