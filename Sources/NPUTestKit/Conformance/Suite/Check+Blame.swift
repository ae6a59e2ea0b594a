internal import NPUTransport

extension Check {
  /// A check that refusals blame the client: a finding of its own beside the checks that there are refusals at all.
  ///
  /// - Parameters:
  ///   - identifier: The name by which it is chosen.
  ///   - knownDeviations: Which known servers do otherwise.
  ///   - needs: The abilities that the service must have.
  ///   - attempts: Bad requests by name.
  /// - Returns: The check.
  static func blamesClient(
    _ identifier: String, knownDeviations: String, needs: [Probe<Context>] = [],
    attempts:
      @escaping @Sendable (Context) async throws -> [(
        name: String, send: () async throws -> TransferResponse
      )]
  ) -> Check {
    Check(
      identifier, "Bad requests are the client's fault",
      requirement:
        "A bad request is answered with a 4xx status. A 5xx status says that the server itself broke, and makes clients "
        + "and gateways try again.",
      knownDeviations: knownDeviations, severity: .recommended, needs: needs, tags: [.errors], isolation: .alone
    ) { context in try await Refusal.blame(try await attempts(context)) }
  }
}

extension String {
  /// The words of a raw value as a message has them.
  var spaced: String { String(map { $0 == "_" ? " " : $0 }) }

  /// Whether there is nothing to read in it.
  var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
