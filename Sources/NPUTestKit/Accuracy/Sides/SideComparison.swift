/// Asks two sides the same cases and compares their responses, a few cases at a time.
///
/// No more than the responses to these few are in memory.
struct SideComparison<Case: AskedCase> {
  let baseline: ComparedSide<Case>
  let candidate: ComparedSide<Case>
  /// How often the baseline is asked each case.
  var repeats = 2
  /// How many cases are asked at a time.
  var concurrency = 1

  /// Compares.
  ///
  /// The candidate is asked as often as the baseline has repeats, once at least: more would have nothing beside them.
  ///
  /// - Parameters:
  ///   - cases: The cases.
  ///   - progress: Is told after each case how many have been compared.
  ///   - compare: Compares the responses to a case.
  /// - Returns: What was compared in the order of the cases, and the cases that one side lacks, those of a recording that
  ///   are not among the cases last.
  /// - Throws: ``AccuracyError``; `CancellationError`.
  func run<Compared: Sendable>(
    _ cases: [Case], progress: @escaping (Int) -> Void,
    _ compare: @escaping @Sendable (Case, [CaseResponse], [CaseResponse]) async throws -> Compared
  ) async throws -> (compared: [Compared], missing: [String]) {
    var results: [Int: Compared] = [:]
    var missing: [Int] = []
    try await withThrowingTaskGroup(of: (Int, Compared?).self) { group in
      var done = 0
      func take(_ result: (Int, Compared?)) {
        if let compared = result.1 { results[result.0] = compared } else { missing.append(result.0) }
        done += 1
        progress(done)
      }
      for (index, asked) in cases.enumerated() {
        if index >= max(1, concurrency), let result = try await group.next() { take(result) }
        group.addTask { [self] in
          // A recording is read first, so that the candidate is not asked for what it lacks.
          var recorded: [CaseResponse]?
          if baseline.folder != nil { recorded = try await baseline.responses(to: asked, atMost: repeats) }
          if recorded?.isEmpty == true { return (index, nil) }
          async let second = candidate.responses(to: asked, atMost: max(1, repeats - 1))
          let own: [CaseResponse]
          if let recorded { own = recorded } else { own = try await baseline.responses(to: asked, atMost: repeats) }
          let other = try await second
          return (index, own.isEmpty || other.isEmpty ? nil : try await compare(asked, own, other))
        }
      }
      while let result = try await group.next() { take(result) }
    }
    guard !results.isEmpty else {
      throw AccuracyError(
        kind: .noCases,
        message: "\(baseline.name) and \(candidate.name) have no case in common; compare recordings of the same cases")
    }
    var seen = Set(cases.map(\.id))
    let others = (baseline.recorded + candidate.recorded).filter { seen.insert($0).inserted }
    return (cases.indices.compactMap { results[$0] }, missing.sorted().map { cases[$0].id } + others)
  }
}
