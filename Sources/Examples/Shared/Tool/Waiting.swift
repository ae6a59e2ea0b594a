/// Work before a measurement whose end depends on somebody else: who waits is told for what, and for how long.
package enum Waiting {
  /// How long nothing is said, and how long between two notes.
  private static let interval = Duration.seconds(5)

  /// Waits for work to end, with a note every few seconds.
  ///
  /// - Parameters:
  ///   - what: What is waited for, as in "the list of models of http://127.0.0.1:8000".
  ///   - work: The work.
  /// - Returns: What it gives.
  /// - Throws: What it throws.
  package static func noted<Value>(_ what: String, _ work: () async throws -> Value) async rethrows -> Value {
    let notes = Task {
      var waited = Duration.zero
      while true {
        try await Task.sleep(for: interval)
        waited += interval
        Console.note("Still waiting for \(what): no answer for \(waited.components.seconds) s.")
      }
    }
    defer { notes.cancel() }
    return try await work()
  }
}
