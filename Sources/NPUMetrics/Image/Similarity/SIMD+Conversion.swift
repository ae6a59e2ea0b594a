// The library's own conversions are generic: where the compiler decides not to inline one, a loop makes a call for each
// vector and keeps its other vectors in memory.
extension SIMD4<Double> {
  /// The same four numbers in double precision.
  @inline(__always)
  init(widening integers: SIMD4<Int32>) {
    self.init(Double(integers[0]), Double(integers[1]), Double(integers[2]), Double(integers[3]))
  }

  /// The same four numbers in double precision.
  @inline(__always)
  init(widening integers: SIMD4<Int16>) {
    self.init(Double(integers[0]), Double(integers[1]), Double(integers[2]), Double(integers[3]))
  }

  /// The same four numbers in double precision.
  @inline(__always)
  init(widening integers: SIMD4<UInt16>) {
    self.init(Double(integers[0]), Double(integers[1]), Double(integers[2]), Double(integers[3]))
  }
}
