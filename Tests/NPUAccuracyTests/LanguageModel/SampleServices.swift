import NPUAccuracy

/// Services whose responses are known, for tests of comparisons.
enum SampleServices {
  /// A service that gets as many cases right as are told, from the first on.
  static func service(
    _ name: String, _ isRight: [Bool?], texts: (Int) -> String = { "t\($0)" }
  ) -> ComparedService {
    ComparedService(
      name: name,
      cases: isRight.enumerated().map { index, isRight in
        CaseResponses(
          id: "case \(index)",
          alone: [JudgedResponse(RecordedResponse(text: texts(index)), isRight: isRight)])
      })
  }

  /// Two services with some flips; their texts differ everywhere.
  static func pair(worse: Int, better: Int, cases: Int) -> (baseline: ComparedService, candidate: ComparedService) {
    (
      service("b", (0..<cases).map { !(worse..<(worse + better)).contains($0) }, texts: { "b\($0)" }),
      service("c", (0..<cases).map { $0 >= worse }, texts: { "c\($0)" })
    )
  }
}
