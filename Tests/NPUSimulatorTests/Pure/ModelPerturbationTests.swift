import Testing

@testable import NPUSimulator

@Suite("A simulated model that differs from another one")
struct ModelPerturbationTests {
  private func pieces(_ prompt: String, _ behaviour: Behaviour, byChance: Bool = false) -> [Piece] {
    var request = GenerationRequest(kind: .chat, model: "m", prompts: [.init(prompt)], maxTokens: 40)
    request.turnsByChance = byChance
    request.echoText = prompt
    var generator = ChoiceGenerator(request, behaviour, index: 0)
    var pieces: [Piece] = []
    while let piece = generator.next() { pieces.append(piece) }
    return pieces
  }

  private func perturbed(_ change: (inout ModelPerturbation) -> Void) -> Behaviour {
    Behaviour(outputTokens: 30).with { change(&$0.perturbation) }
  }

  @Test("Both models have the same ties, and part there for good")
  func ties() throws {
    let steady = perturbed { $0.turnRate = 1 }
    let turned = perturbed {
      $0.turnRate = 1
      $0.turns = true
    }
    for number in 0..<50 {
      let (first, second) = (pieces("p \(number)", steady), pieces("p \(number)", turned))
      let place = try #require(first.firstIndex { $0.rival != nil })
      #expect((1...15).contains(place))
      #expect(first.prefix(place).map(\.token) == second.prefix(place).map(\.token))
      #expect(first[place].token == second[place].rival?.token)
      #expect(second[place].token == first[place].rival?.token)
      #expect(first[place].rival?.margin == 500)
      #expect(first.count == second.count)
      #expect(first.suffix(10).map(\.token) != second.suffix(10).map(\.token))
      // Chance does the opposite, in one request.
      #expect(pieces("p \(number)", steady, byChance: true) == second)
    }
  }

  @Test("Rates are those that were set, and follow from seed and prompt")
  func rates() {
    let some = perturbed { $0.turnRate = 0.2 }
    let prompts = (0..<1000).map { "p \($0)" }
    #expect((150...250).contains(prompts.count { pieces($0, some).contains { $0.rival != nil } }))
    let wrong = perturbed { $0.wrongRate = 0.1 }.with { behaviour in
      behaviour.knownResponses = Dictionary(prompts.map { ($0, "yes") }) { first, _ in first }
    }
    let texts = prompts.map { pieces($0, wrong).flatMap(\.text) }
    #expect((60...140).contains(texts.count { $0 == Array(ModelPerturbation.wrong.utf8) }))
    #expect(texts == prompts.map { pieces($0, wrong).flatMap(\.text) })
    let noise = perturbed { $0.runNoise = 0.3 }.perturbation
    #expect((240...360).contains((0..<1000).count { noise.turnsByChance($0, seed: 1) }))
  }

  @Test("The log-probabilities of a tie have its margin, and add up to no more than 1")
  func logprobs() {
    let plain = LogProbabilities(seed: 3)
    var perturbation = ModelPerturbation()
    perturbation.logprobShift = -0.25
    let shifted = LogProbabilities(seed: 3, perturbation: perturbation)
    perturbation.logprobShift = 0
    perturbation.logprobNoise = 0.01
    let noisy = LogProbabilities(seed: 3, perturbation: perturbation)
    for position in 0..<200 {
      let rival = Rival(token: Array(" rival".utf8), margin: position * 10)
      let entries = plain.entries(for: Array(" word".utf8), at: position, count: 6, rival: rival)
      #expect(entries[0].tenThousandths - entries[1].tenThousandths == position * 10)
      #expect(entries.count == 6 && entries[1].token == rival.token)
      #expect(zip(entries, entries.dropFirst()).allSatisfy { $0.tenThousandths >= $1.tenThousandths })
      let ordinary = plain.entries(for: Array(" word".utf8), at: position, count: 6)
      let other = shifted.entries(for: Array(" word".utf8), at: position, count: 6)
      #expect(ordinary.map(\.token) == other.map(\.token))
      #expect(zip(ordinary, other).allSatisfy { $1.tenThousandths - $0.tenThousandths == -2500 })
      let moved = noisy.entries(for: Array(" word".utf8), at: position, count: 6)
      #expect(zip(ordinary, moved).allSatisfy { abs($1.tenThousandths - $0.tenThousandths) <= 100 })
    }
  }

  @Test("A perturbation is read over another one, and refused outside its range")
  func json() throws {
    let given = #"{"perturbation": {"turns": true, "wrong_rate": 0.5}}"#
    let behaviour = try Behaviour(json: Array(given.utf8), base: .gpu)
    #expect(behaviour.perturbation.turnRate == Behaviour.gpu.perturbation.turnRate)
    #expect(behaviour.perturbation.turns && behaviour.perturbation.wrongRate == 0.5)
    for wrong in [#"{"turn_rate": 2}"#, #"{"logprob_shift": 1}"#, #"{"logprob_noise": 0.5}"#, #"{"rate": 1}"#] {
      #expect(throws: DecodingError.self) { try Behaviour(json: Array(#"{"perturbation": \#(wrong)}"#.utf8)) }
    }
  }
}
