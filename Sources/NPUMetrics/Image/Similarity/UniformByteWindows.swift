/// Structural similarity of 8-bit images under the 7x7 uniform window, from exact integer sums.
///
/// With s = a + b and d = a - b, four sums over a window of N = 49 samples decide its similarity: S of s, D of d,
/// X of s^2 + d^2 and Y of s^2 - d^2. Up to the quotient
///
///     (S^2 - D^2 + 2 N^2 C1) (N Y - (S^2 - D^2) + 2 N M C2)
///     -----------------------------------------------------      M = N - 1 (sample) or N (population)
///     (S^2 + D^2 + 2 N^2 C1) (N X - (S^2 + D^2) + 2 N M C2)
///
/// everything is an integer below 2^31, so that nothing is lost to rounding or to cancellation, the two images can be
/// swapped without changing a bit, and equal images have the quotient 1 exactly.
///
/// The image is walked down in blocks of columns, each with sums of its columns over the last 7 rows that stay in the
/// first-level cache: a row is added and the row 7 above it taken away, then 7 neighbouring columns make a window.
/// Interleaved channels need no planes: the neighbour of a sample is one pixel further on.
struct UniformByteWindows {
  /// The side of the window.
  static let side = 7

  /// Samples of one block; a multiple of 8, small enough that the sums stay in a first-level cache.
  private static let blockSamples = 768
  /// Room for a block, for the 24 columns to its right that its last windows reach, and for one vector beyond.
  private static let capacity = 832

  // The parts of the scratch memory lie at constant distances, which spares the loops registers.
  private static let sumOffset = 0
  private static let differenceOffset = sumOffset + capacity * 2
  private static let totalOffset = differenceOffset + capacity * 2
  private static let productOffset = totalOffset + capacity * 4
  private static let accumulatorOffset = productOffset + capacity * 4
  private static let valueOffset = accumulatorOffset + capacity * 8
  private static let zeroOffset = valueOffset + capacity * 8
  private static let scratchBytes = zeroOffset + capacity

  private let layout: SampleLayout
  /// 2 N^2 C1.
  private let luminance: Double
  /// 2 N M C2.
  private let contrast: Double

  /// Windows over images of a layout whose sides are at least 7.
  init(layout: SampleLayout, c1: Double, c2: Double, covariance: StructuralSimilarity.Covariance) {
    precondition(min(layout.width, layout.height) >= Self.side, "the image is smaller than the window")
    self.layout = layout
    let count = Double(Self.side * Self.side)
    luminance = 2 * count * count * c1
    contrast = 2 * count * (covariance == .sample ? count - 1 : count) * c2
  }

  /// The windows of a row, times the channels.
  private var rowOutputs: Int { layout.rowSamples - (Self.side - 1) * layout.channels }

  /// The sum of the similarities of all windows, one a channel.
  ///
  /// - Parameters:
  ///   - first: The samples of the one image.
  ///   - second: The samples of the other.
  ///   - map: Where the similarities go, row by row, channels beside each other; empty if they are not wanted.
  /// - Returns: As many sums as the layout has channels.
  func sums(_ first: Span<UInt8>, _ second: Span<UInt8>, map: inout [Double]) -> [Double] {
    precondition(first.count == layout.sampleCount && second.count == layout.sampleCount, "samples of another layout")
    precondition(map.isEmpty || map.count == rowOutputs * (layout.height - Self.side + 1), "a map of another size")
    return unsafe first.withUnsafeBytes { first in
      unsafe second.withUnsafeBytes { second in
        unsafe map.withUnsafeMutableBytes { map in
          unsafe withUnsafeTemporaryAllocation(byteCount: Self.scratchBytes, alignment: 64) { scratch in
            unsafe sums(first, second, map: map.isEmpty ? nil : map.baseAddress, scratch: scratch)
          }
        }
      }
    }
  }

  private func sums(
    _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, map: UnsafeMutableRawPointer?,
    scratch: UnsafeMutableRawBufferPointer
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: layout.channels)
    guard let first = first.baseAddress, let second = second.baseAddress, let scratch = scratch.baseAddress
    else { return sums }
    for start in stride(from: 0, to: rowOutputs, by: Self.blockSamples) {
      let outputs = min(Self.blockSamples, rowOutputs - start)
      // One copy of the loops for each pixel stride: a constant stride becomes part of the addresses.
      switch layout.channels {
      case 1: unsafe walk(first, second, start: start, outputs: outputs, stride: 1, map: map, scratch: scratch)
      case 2: unsafe walk(first, second, start: start, outputs: outputs, stride: 2, map: map, scratch: scratch)
      case 3: unsafe walk(first, second, start: start, outputs: outputs, stride: 3, map: map, scratch: scratch)
      default: unsafe walk(first, second, start: start, outputs: outputs, stride: 4, map: map, scratch: scratch)
      }
      for output in 0..<outputs {
        sums[(start + output) % layout.channels] += unsafe scratch.load(
          fromByteOffset: Self.accumulatorOffset + output * 8, as: Double.self)
      }
    }
    return sums
  }

  /// Walks one block of columns from the first row to the last, and leaves the sums of its windows' similarities, one
  /// an output column, in the scratch memory.
  @inline(__always)
  private func walk(
    _ first: UnsafeRawPointer, _ second: UnsafeRawPointer, start: Int, outputs: Int, stride: Int,
    map: UnsafeMutableRawPointer?, scratch: UnsafeMutableRawPointer
  ) {
    unsafe scratch.initializeMemory(as: UInt8.self, repeating: 0, count: Self.scratchBytes)
    let zeros = unsafe UnsafeRawPointer(scratch + Self.zeroOffset)
    let inputs = outputs + (Self.side - 1) * stride
    let vectors = min((inputs + 7) & ~7, (layout.rowSamples - start) & ~7)
    for row in 0..<layout.height {
      let entering = row &* layout.rowSamples &+ start
      let leaving = entering &- Self.side &* layout.rowSamples
      let hasLeaving = row >= Self.side
      unsafe slide(
        first + entering, second + entering, hasLeaving ? first + leaving : zeros,
        hasLeaving ? second + leaving : zeros,
        vectors: vectors, inputs: inputs, scratch: scratch)
      if row >= Self.side - 1 {
        unsafe finish(outputs: outputs, stride: stride, values: map != nil, scratch: scratch)
        if let map = unsafe map {
          let offset = ((row - Self.side + 1) * rowOutputs + start) * 8
          unsafe (map + offset).copyMemory(from: scratch + Self.valueOffset, byteCount: outputs * 8)
        }
      }
    }
  }

  /// Adds one row to the sums of the columns, and takes the row that left the window away.
  @inline(__always)
  private func slide(
    _ first: UnsafeRawPointer, _ second: UnsafeRawPointer, _ oldFirst: UnsafeRawPointer, _ oldSecond: UnsafeRawPointer,
    vectors: Int, inputs: Int, scratch: UnsafeMutableRawPointer
  ) {
    var index = 0
    while index < vectors {
      unsafe slide(
        first.loadUnaligned(fromByteOffset: index, as: SIMD8<UInt8>.self),
        second.loadUnaligned(fromByteOffset: index, as: SIMD8<UInt8>.self),
        oldFirst.loadUnaligned(fromByteOffset: index, as: SIMD8<UInt8>.self),
        oldSecond.loadUnaligned(fromByteOffset: index, as: SIMD8<UInt8>.self), at: index, scratch: scratch)
      index &+= 8
    }
    guard index < inputs else { return }
    // The end of the row: the last samples of it, and nothing beyond.
    var ends = (SIMD8<UInt8>(), SIMD8<UInt8>(), SIMD8<UInt8>(), SIMD8<UInt8>())
    for lane in 0..<(inputs - index) {
      ends.0[lane] = unsafe first.load(fromByteOffset: index + lane, as: UInt8.self)
      ends.1[lane] = unsafe second.load(fromByteOffset: index + lane, as: UInt8.self)
      ends.2[lane] = unsafe oldFirst.load(fromByteOffset: index + lane, as: UInt8.self)
      ends.3[lane] = unsafe oldSecond.load(fromByteOffset: index + lane, as: UInt8.self)
    }
    unsafe slide(ends.0, ends.1, ends.2, ends.3, at: index, scratch: scratch)
  }

  @inline(__always)
  private func slide(
    _ first: SIMD8<UInt8>, _ second: SIMD8<UInt8>, _ oldFirst: SIMD8<UInt8>, _ oldSecond: SIMD8<UInt8>, at index: Int,
    scratch: UnsafeMutableRawPointer
  ) {
    let a = SIMD8<Int16>(truncatingIfNeeded: first)
    let b = SIMD8<Int16>(truncatingIfNeeded: second)
    let oldA = SIMD8<Int16>(truncatingIfNeeded: oldFirst)
    let oldB = SIMD8<Int16>(truncatingIfNeeded: oldSecond)
    let sum = a &+ b
    let oldSum = oldA &+ oldB
    let difference = a &- b
    let oldDifference = oldA &- oldB
    let sumChange = sum &- oldSum
    let differenceChange = difference &- oldDifference
    unsafe add(sumChange, at: Self.sumOffset &+ index &* 2, scratch)
    unsafe add(differenceChange, at: Self.differenceOffset &+ index &* 2, scratch)
    // The change of a square: x^2 - y^2 = (x - y)(x + y).
    let sumSquare = product(sumChange, sum &+ oldSum)
    let differenceSquare = product(differenceChange, difference &+ oldDifference)
    unsafe add(sumSquare &+ differenceSquare, at: Self.totalOffset &+ index &* 4, scratch)
    unsafe add(sumSquare &- differenceSquare, at: Self.productOffset &+ index &* 4, scratch)
  }

  @inline(__always)
  private func product(_ x: SIMD8<Int16>, _ y: SIMD8<Int16>) -> SIMD8<Int32> {
    SIMD8<Int32>(truncatingIfNeeded: x) &* SIMD8<Int32>(truncatingIfNeeded: y)
  }

  @inline(__always)
  private func add(_ change: SIMD8<Int16>, at offset: Int, _ scratch: UnsafeMutableRawPointer) {
    let sum = unsafe scratch.load(fromByteOffset: offset, as: SIMD8<Int16>.self)
    unsafe scratch.storeBytes(of: sum &+ change, toByteOffset: offset, as: SIMD8<Int16>.self)
  }

  @inline(__always)
  private func add(_ change: SIMD8<Int32>, at offset: Int, _ scratch: UnsafeMutableRawPointer) {
    let sum = unsafe scratch.load(fromByteOffset: offset, as: SIMD8<Int32>.self)
    unsafe scratch.storeBytes(of: sum &+ change, toByteOffset: offset, as: SIMD8<Int32>.self)
  }

  /// Makes windows of the columns, and adds the similarity of each to the sum of its output column.
  @inline(__always)
  private func finish(outputs: Int, stride: Int, values: Bool, scratch: UnsafeMutableRawPointer) {
    var index = 0
    while index < outputs {
      let sum = unsafe window16(Self.sumOffset &+ index &* 2, stride, scratch)
      let difference = unsafe window16(Self.differenceOffset &+ index &* 2, stride, scratch)
      let sumSquare = product(sum, sum)
      let differenceSquare = product(difference, difference)
      let twiceMeans = sumSquare &- differenceSquare
      let meanSquares = sumSquare &+ differenceSquare
      let products = unsafe window32(Self.productOffset &+ index &* 4, stride, scratch)
      let totals = unsafe window32(Self.totalOffset &+ index &* 4, stride, scratch)
      unsafe keep(
        quotient(twiceMeans.lowHalf, meanSquares.lowHalf, products.lowHalf, totals.lowHalf), at: index &* 8,
        values: values, scratch)
      unsafe keep(
        quotient(twiceMeans.highHalf, meanSquares.highHalf, products.highHalf, totals.highHalf), at: index &* 8 &+ 32,
        values: values, scratch)
      index &+= 8
    }
  }

  /// The similarity of four windows.
  @inline(__always)
  private func quotient(
    _ twiceMeans: SIMD4<Int32>, _ meanSquares: SIMD4<Int32>, _ products: SIMD4<Int32>, _ totals: SIMD4<Int32>
  ) -> SIMD4<Double> {
    let count = Double(Self.side * Self.side)
    let mixed = SIMD4<Double>(widening: twiceMeans)
    let own = SIMD4<Double>(widening: meanSquares)
    let numerator = (mixed + luminance) * (SIMD4<Double>(widening: products) * count - mixed + contrast)
    let denominator = (own + luminance) * (SIMD4<Double>(widening: totals) * count - own + contrast)
    return numerator / denominator
  }

  /// Adds four similarities to the sums of their output columns.
  @inline(__always)
  private func keep(_ similarity: SIMD4<Double>, at offset: Int, values: Bool, _ scratch: UnsafeMutableRawPointer) {
    let place = Self.accumulatorOffset &+ offset
    let accumulated = unsafe scratch.load(fromByteOffset: place, as: SIMD4<Double>.self)
    unsafe scratch.storeBytes(of: accumulated + similarity, toByteOffset: place, as: SIMD4<Double>.self)
    if values {
      unsafe scratch.storeBytes(of: similarity, toByteOffset: Self.valueOffset &+ offset, as: SIMD4<Double>.self)
    }
  }

  @inline(__always)
  private func window16(_ offset: Int, _ stride: Int, _ scratch: UnsafeMutableRawPointer) -> SIMD8<Int16> {
    var sum = unsafe scratch.load(fromByteOffset: offset, as: SIMD8<Int16>.self)
    for tap in 1..<Self.side {
      sum =
        unsafe sum
        &+ scratch.loadUnaligned(fromByteOffset: offset &+ tap &* stride &* 2, as: SIMD8<Int16>.self)
    }
    return sum
  }

  @inline(__always)
  private func window32(_ offset: Int, _ stride: Int, _ scratch: UnsafeMutableRawPointer) -> SIMD8<Int32> {
    var sum = unsafe scratch.load(fromByteOffset: offset, as: SIMD8<Int32>.self)
    for tap in 1..<Self.side {
      sum =
        unsafe sum
        &+ scratch.loadUnaligned(fromByteOffset: offset &+ tap &* stride &* 4, as: SIMD8<Int32>.self)
    }
    return sum
  }
}
