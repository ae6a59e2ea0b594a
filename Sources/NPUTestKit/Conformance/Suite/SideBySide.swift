/// Finds out whether a service answers ordinary requests while it answers others.
///
/// Some servers break off a response when the next request comes, or refuse what comes while they are at work. Checks
/// that run beside each other would then fail one another, which says nothing about what they ask.
struct SideBySide<Context: CheckContext>: Sendable {
  /// Sends one ordinary request; an error means that it was not answered.
  var ask: @Sendable (Context) async throws -> Void

  /// How many are sent at once.
  static var width: Int { 3 }

  /// What happened to ordinary requests beside each other, as the rest of a sentence about them; `nil` if they are answered, or if one alone is not answered either.
  func objection(in context: Context, limits: CheckLimits) async -> String? {
    guard await fault(in: context, limits) == nil else { return nil }
    let faults = await withTaskGroup(of: Finding?.self) { group in
      for _ in 0..<Self.width { group.addTask { await fault(in: context, limits) } }
      return await group.reduce(into: [Finding]()) { if let fault = $1 { $0.append(fault) } }
    }
    guard let first = faults.first, !Task.isCancelled else { return nil }
    // A service that has gone meanwhile, or fails now and then, is another matter.
    guard await fault(in: context, limits) == nil else { return nil }
    return
      "\(faults.count) of them \(faults.count == 1 ? "was" : "were") not answered, and one alone was, before and after: "
      + first.reason
  }

  private func fault(in context: Context, _ limits: CheckLimits) async -> Finding? {
    let outcome = await TimedRun(context: context, limits: limits).ask(ask)
    if case .failure(let finding) = outcome.result { return finding }
    return nil
  }
}
