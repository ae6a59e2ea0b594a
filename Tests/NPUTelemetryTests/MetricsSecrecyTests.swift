import NPUServices
import NPUTelemetry
import NPUTransport
import TestSupport
import Testing

@Suite("The key of a server whose metrics are read")
struct MetricsSecrecyTests {
  private static let key = "sk-very-secret"

  private func source(_ transport: any Transport) throws -> ServerMetricsSource {
    try ServerMetricsSource(transport: transport, service: .local)
  }

  @Test(
    "shows in no gap, though the server repeats it",
    arguments: [
      (401, "Incorrect API key provided: \(key)"), (200, "no metric, but your key \(key)"),
      (403, String(repeating: "x", count: 195) + key), (200, #"{"k":"\u0073k-very-secret"}"#),
    ])
  func gaps(status: Int, body: String) async throws {
    let source = try source(answering(status: status, contentType: "text/plain", pieces: [body]))
    let gap = await #expect(throws: SampleGap.self) { try await source.read(timeout: .seconds(1)) }
    let text = try #require(gap?.description)
    #expect(text.contains("<sec"), "\(text)")
    #expect(!text.contains("sk-v") && !text.contains("very-secret"), "\(text)")
  }

  @Test("shows in no gap that the transport explains")
  func broken() async throws {
    let source = try source(BreakingTransport("not decoded from \"\(Self.key)\""))
    let gap = await #expect(throws: SampleGap.self) { try await source.read(timeout: .seconds(1)) }
    #expect(gap?.message.contains("not decoded from \"<secret>\"") == true, "\(gap?.message ?? "")")
  }

  @Test("shows in no name of a chip that the page gives, and such a name is bounded")
  func chips() async throws {
    let page = """
      npu_chip_info_power{id="0",model_name="910-\(Self.key)"} 90
      npu_chip_info_power{id="1",model_name="\(String(repeating: "9", count: 10_000))"} 90

      """
    let source = try source(answering(contentType: "text/plain", pieces: [page]))
    let reading = try await source.read(timeout: .seconds(1))
    #expect(reading.chips.first?.name == "910-<secret>")
    #expect(try #require(reading.chips.last?.name).count < 200)
  }
}
