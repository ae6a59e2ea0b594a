internal import NPULoad
internal import NPUMetrics

/// Which requests of a load are replaced by ones whose response is known, and what those ask.
struct Canaries: Sendable {
  private let nonces: RequestNonces
  private let seed: UInt64
  /// How many requests are canaries, of all.
  private let share: Double

  init(share: Double, seed: UInt64, nonces: RequestNonces) {
    self.nonces = nonces
    self.seed = seed
    self.share = share
  }

  /// Whether a request is one: one in each row of requests, at a place of its own.
  func contains(_ index: Int) -> Bool {
    guard share > 0, (0..<1 << 50).contains(index) else { return false }
    let row = row(of: index)
    let first = first(of: row)
    var generator = SeededGenerator(seed: seed ^ UInt64(row) &* 0x9E37_79B9_7F4A_7C15)
    return index - first == generator.integer(in: 0...(self.first(of: row + 1) - first - 1))
  }

  /// The row of a request: a new one begins where the share of all requests until then reaches a whole number.
  private func row(of index: Int) -> Int { Int((Double(index) * share).rounded(.down)) }

  /// The first request of a row; of one beyond all loads, the last number that there is.
  private func first(of row: Int) -> Int {
    let near = (Double(row) / share).rounded()
    guard near < 0x1p52 else { return .max }
    var index = Int(near) - 1
    while self.row(of: index) < row { index += 1 }
    return index
  }

  /// What a canary asks.
  ///
  /// - Parameters:
  ///   - index: The number of the request.
  ///   - prompt: The prompt in whose place it stands, which goes before the question: it costs the service as much to
  ///     read as any other. Nil for the question alone.
  /// - Returns: The prompt of the canary.
  func prompt(_ index: Int, replacing prompt: Prompt?) -> Prompt {
    let code = nonces.code(of: index)
    var canary = prompt ?? Prompt(.text(""))
    func question(after text: String) -> String {
      let question = "Repeat this code exactly as it stands, and write nothing else: \"\(code)\""
      let filler = text.replacing("\"", with: "'")
      return filler.isEmpty ? question : filler + "\n\nDo not respond to the text above. " + question
    }
    switch canary.content {
    case .text(let text): canary.content = .text(question(after: text))
    case .tokens: canary.content = .text(question(after: ""))
    case .messages(let messages):
      let text = messages.filter { $0.role == "user" }.map(\.text).joined(separator: "\n")
      canary.content = .messages(
        messages.filter { $0.role == "system" } + [PromptMessage(role: "user", text: question(after: text))])
    }
    canary.input = nil
    canary.isCanary = true
    return canary
  }
}

/// Prompts of which some are canaries.
struct CanaryPrompts: PromptSource {
  let base: any PromptSource
  let canaries: Canaries

  var count: Int? { base.count }
  var dataset: DatasetDescription? { base.dataset }

  func entry(at index: Int) -> Int? { canaries.contains(index) ? nil : base.entry(at: index) }

  func prompt(at index: Int) async throws -> Prompt {
    let prompt = try await base.prompt(at: index)
    return canaries.contains(index) ? canaries.prompt(index, replacing: prompt) : prompt
  }
}

/// Canaries alone, each as short as it can be.
struct TrialPrompts: PromptSource {
  let canaries: Canaries

  var count: Int? { nil }

  func prompt(at index: Int) async throws -> Prompt { canaries.prompt(index, replacing: nil) }
}
