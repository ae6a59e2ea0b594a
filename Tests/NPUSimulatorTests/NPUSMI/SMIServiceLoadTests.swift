import NPUSimulator
import Testing

@Suite("The load of a simulated npu-smi from a service")
struct SMIServiceLoadTests {
  @Test("An idle service is no load")
  func idle() async throws {
    let simulator = try await Simulator.start(behaviour: Behaviour(), host: "127.0.0.1", port: 0)
    let load = try #require(SMIServiceLoad(url: simulator.baseURL + "/metrics", fullLoad: 4, timeout: .seconds(600)))
    #expect(try await load.read() == 0)
    try await simulator.shutDown()
    await #expect(throws: (any Error).self) { try await load.read() }
  }

  @Test(
    "What is no URL is refused",
    arguments: [
      "", "http://", "https://host/metrics", "http://host:0/", "http://host:99999/", "http://a:b:c/", "host:80",
    ])
  func refused(url: String) {
    #expect(SMIServiceLoad(url: url, fullLoad: 1) == nil)
  }

  @Test("A full load of no requests is refused")
  func noLoad() {
    #expect(SMIServiceLoad(url: "http://127.0.0.1:8000/metrics", fullLoad: 0) == nil)
    #expect(SMIServiceLoad(url: "http://127.0.0.1:8000", fullLoad: 1) != nil)
  }
}
