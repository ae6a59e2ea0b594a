/// How an encoder chooses the filter of each row.
@nonexhaustive
public enum PNGFilterChoice: Sendable, Hashable, CaseIterable {
  /// No filter: quickest, and best for images of few colours.
  case none
  /// The difference from the pixel above in every row: quick, and good for smooth images.
  case up
  /// For each row the filter with the least sum of absolute differences: the usual choice for photographs.
  case adaptive
}

/// Filters rows before they are compressed.
struct PNGRowFilter {
  private let rowBytes: Int
  private let distance: Int
  private let choice: PNGFilterChoice
  /// The row before, and a pixel of zeros to its left.
  private var above: [UInt8]
  /// The row itself, likewise.
  private var current: [UInt8]

  init(rowBytes: Int, distance: Int, choice: PNGFilterChoice) {
    self.rowBytes = rowBytes
    self.distance = distance
    self.choice = choice
    above = [UInt8](repeating: 0, count: rowBytes + distance)
    current = above
  }

  /// The filter's number and the filtered bytes of a row; rows must come in order.
  mutating func filtered(row: Int, of samples: [UInt8]) -> [UInt8] {
    current.replaceSubrange(distance..., with: samples[row * rowBytes..<(row + 1) * rowBytes])
    defer { swap(&above, &current) }
    switch choice {
    case .none: return candidate(0)
    case .up: return candidate(2)
    case .adaptive:
      var best = candidate(0)
      var leastSum = Self.sumOfDifferences(best)
      for filter in UInt8(1)...4 {
        let other = candidate(filter)
        let sum = Self.sumOfDifferences(other)
        if sum < leastSum { (best, leastSum) = (other, sum) }
      }
      return best
    }
  }

  /// The row under one filter.
  private func candidate(_ filter: UInt8) -> [UInt8] {
    let count = rowBytes
    let distance = distance
    return unsafe [UInt8](unsafeUninitializedCapacity: count + 1) { buffer, initialized in
      unsafe buffer[0] = filter
      unsafe current.withUnsafeBufferPointer { current in
        unsafe above.withUnsafeBufferPointer { above in
          guard let row = current.baseAddress, let upper = above.baseAddress, let target = buffer.baseAddress else {
            return
          }
          for index in 0..<count {
            let value = unsafe row[index + distance]
            let left = unsafe row[index]
            let up = unsafe upper[index + distance]
            let prediction: UInt8 =
              switch filter {
              case 1: left
              case 2: up
              case 3: UInt8(truncatingIfNeeded: (UInt16(left) &+ UInt16(up)) >> 1)
              case 4: unsafe PNGUnfilter.predict(left: left, above: up, aboveLeft: upper[index])
              default: 0
              }
            unsafe target[index + 1] = value &- prediction
          }
        }
      }
      initialized = count + 1
    }
  }

  /// The usual guess at how well a row compresses: the sum of its bytes' distances from zero, as signed numbers.
  private static func sumOfDifferences(_ row: [UInt8]) -> Int {
    row.dropFirst().reduce(0) { $0 &+ Int(Int8(bitPattern: $1).magnitude) }
  }
}
