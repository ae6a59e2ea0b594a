/// A set of request numbers as ranges, such as those that a journal holds already: small, however many there are,
/// where the numbers come nearly in order.
package struct IndexRanges: Sendable, Hashable {
  /// The ranges in ascending order, none of which touches another.
  package private(set) var ranges: [Range<Int>] = []
  /// How many numbers there are.
  package private(set) var count = 0

  /// Creates an empty set.
  package init() {}

  /// Creates a set of the numbers below a limit.
  package init(below limit: Int) {
    guard limit > 0 else { return }
    (ranges, count) = ([0..<limit], limit)
  }

  /// Adds a number; false if it was there before, or is none of a request.
  @discardableResult
  package mutating func insert(_ index: Int) -> Bool {
    guard index >= 0, index < Int.max else { return false }
    let place = firstRange(beginningAfter: index)
    if place > 0, ranges[place - 1].contains(index) { return false }
    count += 1
    let joinsBefore = place > 0 && ranges[place - 1].upperBound == index
    let joinsAfter = place < ranges.count && ranges[place].lowerBound == index + 1
    switch (joinsBefore, joinsAfter) {
    case (true, true):
      ranges[place - 1] = ranges[place - 1].lowerBound..<ranges[place].upperBound
      ranges.remove(at: place)
    case (true, false): ranges[place - 1] = ranges[place - 1].lowerBound..<(index + 1)
    case (false, true): ranges[place] = index..<ranges[place].upperBound
    case (false, false): ranges.insert(index..<(index + 1), at: place)
    }
    return true
  }

  /// Whether a number is in the set.
  package func contains(_ index: Int) -> Bool {
    let place = firstRange(beginningAfter: index)
    return place > 0 && ranges[place - 1].contains(index)
  }

  /// The number at a position among those that are not in the set, from 0.
  package func missing(at position: Int) -> Int {
    // How many numbers are missing before each range decides where the position falls.
    var index = position
    for range in ranges {
      guard range.lowerBound <= index else { break }
      let (moved, overflow) = index.addingReportingOverflow(range.count)
      guard !overflow else { return .max }
      index = moved
    }
    return index
  }

  private func firstRange(beginningAfter index: Int) -> Int {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = low + (high - low) / 2
      if ranges[middle].lowerBound > index { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension IndexRanges: Codable {
  /// Reads bounds in pairs, as they were written.
  package init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    while !container.isAtEnd {
      let (from, until) = (try container.decode(Int.self), try container.decode(Int.self))
      guard from >= ranges.last.map({ $0.upperBound + 1 }) ?? 0, from < until, until < Int.max else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "\(from) to \(until) is no range behind those before it")
      }
      ranges.append(from..<until)
      count += until - from
    }
  }

  /// Writes the bounds of all ranges in one list: the first number, and the one behind the last.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    for range in ranges {
      try container.encode(range.lowerBound)
      try container.encode(range.upperBound)
    }
  }
}
