import NPULoad
import Testing

@testable import NPUAccuracy

@Suite("Codes of requests")
struct RequestNoncesTests {
  private let nonces = RequestNonces(secret: 7)

  @Test(
    "A code tells its request, alone and in a text", arguments: [0, 1, 31, 32, 12_345, 1 << 20, 1 << 34, (1 << 35) - 1])
  func roundTrip(_ number: Int) {
    let code = nonces.code(of: number)
    #expect(code.count == 14)
    #expect(nonces.numbers(in: code) == [number])
    #expect(nonces.numbers(in: "The code is \"\(code)\".\nThat is all.") == [number])
    #expect(nonces.numbers(in: code.replacing("-", with: "")) == [number])
    #expect(nonces.numbers(in: "\(code) \(nonces.code(of: number ^ 1)) \(code)") == [number, number ^ 1])
  }

  @Test("Codes of other runs, changed codes and other texts tell nothing")
  func strangers() {
    let other = RequestNonces(secret: 8)
    for number in 0..<500 {
      #expect(nonces.numbers(in: other.code(of: number)).isEmpty)
      var changed = Array(nonces.code(of: number))
      changed[number % 4] = changed[number % 4] == "A" ? "B" : "A"
      #expect(nonces.numbers(in: String(changed)).isEmpty)
    }
    #expect(nonces.numbers(in: "THE QUICK BROWN FOX JUMPS OVER 12 LAZY DOGS, ABCDEFGHJKLMNPQRSTUVWXYZ23456789").isEmpty)
  }

  @Test("Canaries are as many as asked for, one in each row, and their prompts ask for their own code")
  func canaries() {
    let canaries = Canaries(share: 0.02, seed: 3, nonces: nonces)
    let indices = (0..<1000).filter(canaries.contains)
    #expect(indices.count == 20)
    #expect(Set(indices.map { $0 / 50 }).count == 20)
    #expect(Set(indices.map { $0 % 50 }).count > 5)
    let prompt = canaries.prompt(9, replacing: Prompt(.text("Say \"yes\"."), outputTokens: 64))
    guard case .text(let text) = prompt.content else { return #expect(Bool(false), "no text") }
    #expect(text.hasPrefix("Say 'yes'."))
    #expect(nonces.numbers(in: text) == [9])
    #expect(prompt.isCanary)
    #expect(!Canaries(share: 0, seed: 3, nonces: nonces).contains(5))
  }

  @Test("Any share is kept", arguments: [(0.5, 500), (0.4, 400), (0.3, 300), (0.07, 70), (0.001, 1), (1e-300, 0)])
  func shares(_ share: Double, _ count: Int) {
    let canaries = Canaries(share: share, seed: 3, nonces: nonces)
    #expect(abs((0..<1000).count(where: canaries.contains) - count) <= 1)
    #expect(Set((0..<1000).filter(canaries.contains).map { $0 % 2 }).count == min(count, 2))
    #expect(!canaries.contains(.max))
  }
}
