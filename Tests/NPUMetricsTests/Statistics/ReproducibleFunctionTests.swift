internal import Foundation
internal import Testing

@testable internal import NPUMetrics

@Suite("Reproducible elementary functions")
struct ReproducibleFunctionTests {
  @Test("The logarithm agrees with the library over the whole range")
  func logarithm() {
    var generator = SeededGenerator(seed: 3)
    for exponent in -1074...1023 {
      let value = Double(sign: .plus, exponent: exponent, significand: exponent < -1022 ? 1 : 1 + generator.uniform())
      let expected = log(value)
      #expect(abs(value.reproducibleLogarithm - expected) <= 2 * expected.ulp, "\(value)")
    }
    for step in -1000...1000 {
      let value = 1 + Double(step) * 1e-4
      let expected = log(value)
      #expect(abs(value.reproducibleLogarithm - expected) <= 2 * expected.ulp, "\(value)")
    }
  }

  @Test("The exponential agrees with the library over the whole range")
  func exponential() {
    for step in -7600...7200 {
      let value = Double(step) * 0.1 + 0.017
      let expected = exp(value)
      #expect(abs(value.reproducibleExponential - expected) <= 2 * expected.ulp || expected == .infinity, "\(value)")
      #expect(value.reproducibleExponential.isFinite == expected.isFinite, "\(value)")
    }
    #expect(0.0.reproducibleExponential == 1)
    #expect((-Double.infinity).reproducibleExponential == 0)
  }
}
