import NPUSimulator
import NPUTestKit
import TestSupport
import Testing

@Suite(
  "Mutual TLS of a MindIE-shaped service", .serialized,
  .enabled(
    if: Certificates.openssl != nil && TLSFront.python != nil,
    "openssl or python3 is not installed; apt-get install openssl python3"))
struct MutualTLSTests {
  @Test("It is benchmarked over https with a client certificate; what is wrong with certificates is said in words")
  func benchmark() async throws {
    let folder = try TemporaryFolder()
    let certificates = try Certificates(openssl: try #require(Certificates.openssl), folder: folder.path)
    let trusted = ["--cacert", certificates.authority]
    let proof = ["--cert", certificates.client, "--key", certificates.clientKey]
    let wrong: [(flags: [String], words: String)] = [
      (["--cacert", certificates.stranger] + proof, "name the authority (--cacert)"),
      (
        trusted + ["--cert", certificates.expiredClient, "--key", certificates.expiredClientKey],
        "refuses the client certificate because it has expired"
      ),
      (trusted, "asks for a client certificate and got none"),
    ]
    let behaviour = Bench.behaviour.with { $0.wireProtocol = .mindie }
    try await withSimulator(behaviour: behaviour) { simulator in
      try await TLSFront.with(certificates, to: simulator.port) { port in
        let call = ["--base-url", "https://localhost:\(port)", "--protocol", "mindie-tgi"] + Bench.small
        let run = try await Example.run("llm-bench", call + trusted + proof + ["--json"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try run.json()["completed"]?.integer == 6)
        for (flags, words) in wrong {
          let refused = try await Example.run("llm-bench", call + flags)
          #expect(refused.status == 2)
          #expect(refused.errors.contains(words), "\(refused.errors)")
        }
      }
    }
    withExtendedLifetime(folder) {}
  }
}
