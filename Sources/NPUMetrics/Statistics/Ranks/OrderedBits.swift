/// Doubles in their order as whole numbers, for a search that ends at the number itself.
enum OrderedBits {
  /// The least finite double at which a condition holds that, once true, stays true for all greater numbers.
  ///
  /// 64 evaluations. The greatest finite double if the condition holds nowhere.
  static func least(where condition: (Double) -> Bool) -> Double {
    var low = key(-.greatestFiniteMagnitude)
    var high = key(.greatestFiniteMagnitude)
    while low < high {
      // The range is below 2^64, and its half below 2^63: the sum stays inside.
      let middle = low &+ Int64(truncatingIfNeeded: UInt64(bitPattern: high &- low) / 2)
      if condition(value(middle)) { high = middle } else { low = middle &+ 1 }
    }
    return value(low)
  }

  private static func key(_ value: Double) -> Int64 {
    let bits = Int64(bitPattern: value.bitPattern)
    return bits >= 0 ? bits : Int64.min &- bits
  }

  private static func value(_ key: Int64) -> Double {
    Double(bitPattern: UInt64(bitPattern: key >= 0 ? key : Int64.min &- key))
  }
}
