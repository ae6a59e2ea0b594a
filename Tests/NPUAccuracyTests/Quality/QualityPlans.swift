import NPULoad

/// Plans of loads whose responses are examined.
enum QualityPlans {
  /// A plan of many requests; every number in it is allowed.
  static var plan: LoadPlan {
    do { return try LoadPlan(arrival: .closedLoop(concurrency: 1), stop: .requests(10_000)) } catch {
      preconditionFailure("\(error)")
    }
  }
}
