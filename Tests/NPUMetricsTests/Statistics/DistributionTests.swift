internal import NPUMetrics
internal import Testing

@Suite("Distributions")
struct DistributionTests {
  @Test("The normal distribution equals the reference, far tails included")
  func normal() throws {
    let golden = try GoldenStatistics.load().special
    for row in golden.normal_cdf {
      let found = NormalDistribution.cumulative(row[0])
      #expect(isClose(found, row[1], relative: 2e-13, absolute: 0), "\(row[0]): \(found), \(row[1])")
    }
    for row in golden.normal_sf {
      let found = NormalDistribution.upperTail(row[0])
      #expect(isClose(found, row[1], relative: 2e-13, absolute: 0), "\(row[0]): \(found), \(row[1])")
    }
    for row in golden.normal_ppf {
      let found = NormalDistribution.quantile(row[0])
      #expect(isClose(found, row[1], relative: 1e-15, absolute: 1e-16), "\(row[0]): \(found), \(row[1])")
    }
  }

  @Test(
    "The upper tail is good to the last digits",
    arguments: [
      // Computed with 40 digits by mpmath; the reference above loses three digits in the far tail.
      (5.0, 2.8665157187919391167e-7), (8, 6.2209605742717841235e-16), (10, 7.619853024160526066e-24),
      (20, 2.7536241186062336951e-89), (37, 5.7255712225245768227e-300),
    ])
  func tail(x: Double, expected: Double) {
    #expect(isClose(NormalDistribution.upperTail(x), expected, relative: 2e-15, absolute: 0))
    #expect(NormalDistribution.cumulative(-x) == NormalDistribution.upperTail(x))
  }

  @Test("The t distribution equals the reference")
  func student() throws {
    let golden = try GoldenStatistics.load().special
    for row in golden.t_sf {
      let found = try StudentDistribution(degreesOfFreedom: row[1]).upperTail(row[0])
      #expect(isClose(found, row[2], relative: 1e-13, absolute: 0), "\(row): \(found)")
    }
    for row in golden.t_ppf_975 {
      let found = try StudentDistribution(degreesOfFreedom: row[0]).quantile(0.975)
      #expect(isClose(found, row[1], relative: 1e-13, absolute: 0), "\(row): \(found)")
    }
  }

  @Test("A quantile is the inverse of the distribution", arguments: [0.5, 1, 2.5, 7, 40, 1000])
  func inverse(freedom: Double) throws {
    let student = try StudentDistribution(degreesOfFreedom: freedom)
    for p in [1e-9, 0.001, 0.025, 0.2, 0.5, 0.6, 0.9, 0.999] {
      #expect(isClose(student.cumulative(student.quantile(p)), p, relative: 1e-11))
      #expect(isClose(NormalDistribution.cumulative(NormalDistribution.quantile(p)), p, relative: 1e-13))
    }
  }

  @Test("With one degree of freedom the t distribution is that of Cauchy, with two it is algebraic")
  func closedForms() throws {
    let cauchy = try StudentDistribution(degreesOfFreedom: 1)
    #expect(isClose(cauchy.cumulative(1), 0.75))
    #expect(isClose(cauchy.upperTail(1e8), 1e-8 / .pi, relative: 1e-13))
    let two = try StudentDistribution(degreesOfFreedom: 2)
    for t in [-3, -0.25, 0, 0.5, 4.0] {
      #expect(isClose(two.cumulative(t), 0.5 + t / (2 * (2 + t * t).squareRoot()), relative: 1e-13))
    }
  }

  @Test("Ends and nonsense have an answer too")
  func edges() throws {
    let student = try StudentDistribution(degreesOfFreedom: 3)
    #expect(NormalDistribution.quantile(0) == -.infinity && student.quantile(0) == -.infinity)
    #expect(NormalDistribution.quantile(1) == .infinity && student.quantile(1) == .infinity)
    #expect(NormalDistribution.quantile(1.5).isNaN && student.quantile(-0.1).isNaN)
    #expect(NormalDistribution.cumulative(.infinity) == 1 && student.cumulative(-.infinity) == 0)
    #expect(NormalDistribution.twoSided(0) == 1 && student.twoSided(0) == 1)
    #expect(NormalDistribution.cumulative(.nan).isNaN && student.upperTail(.nan).isNaN)
    #expect(throws: StatisticsError.self) { try StudentDistribution(degreesOfFreedom: 0) }
    #expect(throws: StatisticsError.self) { try StudentDistribution(degreesOfFreedom: .infinity) }
  }
}
