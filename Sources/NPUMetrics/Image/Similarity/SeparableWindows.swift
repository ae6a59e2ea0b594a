/// Structural similarity under any window whose weights are separable and symmetric, in double precision.
///
/// With s = a + b and d = a - b, four weighted sums decide the similarity of a window: S of s, D of d, X of
/// s^2 + d^2 and Y of s^2 - d^2. The quotient is
///
///     (S^2 - D^2 + l) (g Y - (S^2 - D^2) + k)
///     ---------------------------------------
///     (S^2 + D^2 + l) (g X - (S^2 + D^2) + k)
///
/// with g the sum of the weights, and with l and k the stabilising constants brought to the same scale. It does not
/// change when the images are swapped, and is 1 exactly for equal images. Where the weights are 1 and the samples whole
/// numbers, all sums are exact.
///
/// The image is walked down in blocks of columns. Each row of a block is expanded into the four terms once; for an
/// output row they are first weighted downwards, into one row of four sums, and that row is weighted across. Symmetric
/// neighbours are added before they are multiplied.
struct SeparableWindows {
  /// What is summed over the windows.
  enum Quantity {
    /// The whole quotient.
    case similarity
    /// Its right factor alone, contrast and structure: what the finer scales of MS-SSIM use.
    case contrast
  }

  /// Samples of one block.
  private static let blockSamples = 384
  /// The radius of the Gaussian window of 11x11.
  static let usualRadius = 5
  /// Doubles of a row of a block under that window: the columns, up to 40 to their right, and room for vectors.
  private static let usualCapacity = 456
  /// Rows kept beyond those of a window, so that the rows move only now and then.
  private static let spareRows = 22

  private let layout: SampleLayout
  private let window: SymmetricWindow
  private let quantity: Quantity
  private let gain: Double
  private let luminance: Double
  private let contrast: Double

  /// Windows over images of a layout whose sides are at least the window's.
  init(
    layout: SampleLayout, window: SymmetricWindow, quantity: Quantity, gain: Double, luminance: Double, contrast: Double
  ) {
    precondition(min(layout.width, layout.height) >= window.side, "the image is smaller than the window")
    self.layout = layout
    self.window = window
    self.quantity = quantity
    self.gain = gain
    self.luminance = luminance
    self.contrast = contrast
  }

  /// The samples of a row on which the windows of one output depend beyond the first.
  private var margin: Int { 2 * window.radius * layout.channels }
  /// The windows of a row, times the channels.
  private var rowOutputs: Int { layout.rowSamples - margin }

  /// The sum of the quantity over all windows, one a channel.
  ///
  /// - Parameters:
  ///   - samples: The samples of the two images, of this layout.
  ///   - map: Where the values go, row by row, channels beside each other; empty if they are not wanted.
  /// - Returns: As many sums as the layout has channels.
  func sums(_ samples: SimilaritySamples, map: inout [Double]) -> [Double] {
    precondition(map.isEmpty || map.count == rowOutputs * (layout.height - window.side + 1), "a map of another size")
    return unsafe map.withUnsafeMutableBytes { map in
      unsafe window.weights.withUnsafeBufferPointer { weights in
        unsafe sums(samples, weights: weights, map: map.isEmpty ? nil : map.baseAddress)
      }
    }
  }

  private func sums(
    _ samples: SimilaritySamples, weights: UnsafeBufferPointer<Double>, map: UnsafeMutableRawPointer?
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: layout.channels)
    // The usual window has a row length known to the compiler: all distances in its loops are constants.
    let isUsual = window.radius == Self.usualRadius
    let capacity = isUsual ? Self.usualCapacity : (Self.blockSamples + margin + 39) & ~7
    let scratch = Scratch(capacity: capacity, rows: window.side + Self.spareRows)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: scratch.byteCount, alignment: 64)
    defer { unsafe memory.deallocate() }
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: scratch.byteCount)
    for start in stride(from: 0, to: rowOutputs, by: Self.blockSamples) {
      let outputs = min(Self.blockSamples, rowOutputs - start)
      let block = unsafe Block(
        samples: samples, weights: weights, map: map, memory: memory, start: start, outputs: outputs)
      if isUsual, layout.channels == 3 {
        unsafe walk(block, radius: Self.usualRadius, channels: 3, capacity: Self.usualCapacity)
      } else if isUsual, layout.channels == 1 {
        unsafe walk(block, radius: Self.usualRadius, channels: 1, capacity: Self.usualCapacity)
      } else {
        unsafe walk(block, radius: window.radius, channels: layout.channels, capacity: capacity)
      }
      for output in 0..<outputs {
        sums[(start + output) % layout.channels] += unsafe memory.load(
          fromByteOffset: scratch.accumulators + output * 8, as: Double.self)
      }
    }
    return sums
  }

  /// One block of columns; it lives no longer than the call that made it.
  @unsafe private struct Block {
    var samples: SimilaritySamples
    var weights: UnsafeBufferPointer<Double>
    var map: UnsafeMutableRawPointer?
    var memory: UnsafeMutableRawPointer
    var start: Int
    var outputs: Int
  }

  /// Where the parts of the scratch memory lie.
  private struct Scratch {
    /// Doubles of one row of one term.
    var capacity: Int
    /// Expanded rows.
    var rows: Int

    /// From one term of a row to the next.
    var term: Int { capacity * 8 }
    /// From one expanded row to the next.
    var row: Int { capacity * 32 }
    /// The four sums of two output rows, weighted downwards.
    var columns: Int { rows * row }
    /// The four sums of the windows of an output row.
    var windows: Int { columns + 2 * row }
    /// The sum of the quantity of each output column.
    var accumulators: Int { windows + row }
    /// The values of the output row.
    var values: Int { accumulators + term }
    var byteCount: Int { values + term }
  }

  /// Walks one block from the first row to the last, two output rows at a time where the window is the usual one.
  @inline(__always)
  private func walk(_ block: Block, radius: Int, channels: Int, capacity: Int) {
    let scratch = Scratch(capacity: capacity, rows: 2 * radius + 1 + Self.spareRows)
    let memory = unsafe block.memory
    let near = unsafe Self.near(block.weights)
    let inputs = unsafe block.outputs + 2 * radius * channels
    let outputRows = layout.height - 2 * radius
    unsafe (memory + scratch.accumulators).initializeMemory(as: UInt8.self, repeating: 0, count: scratch.term)
    /// The next row to expand, and its place.
    var row = 0
    var place = 0
    var output = 0
    while output < outputRows {
      let pair = radius == Self.usualRadius && output &+ 1 < outputRows
      let needed = output &+ 2 &* radius &+ (pair ? 2 : 1)
      if place &+ (needed &- row) > scratch.rows {
        // No room below: the rows that the next windows still need move to the top.
        let kept = row &- output
        unsafe memory.copyMemory(from: memory + (place &- kept) &* scratch.row, byteCount: kept &* scratch.row)
        place = kept
      }
      while row < needed {
        unsafe expand(
          block.samples, from: row &* layout.rowSamples &+ block.start, inputs: inputs,
          into: memory + place &* scratch.row, scratch: scratch)
        row &+= 1
        place &+= 1
      }
      let middle = unsafe UnsafeRawPointer(memory + (place &- (row &- output) &+ radius) &* scratch.row)
      let columns = unsafe memory + scratch.columns
      for term in 0..<4 {
        let from = unsafe middle + term &* scratch.term
        let into = unsafe columns + term &* scratch.term
        if pair {
          unsafe weighTwo(
            from, into: into, into + scratch.row, count: inputs, distance: scratch.row, apart: 1, near: near)
        } else {
          unsafe weigh(
            from, into: into, count: inputs, distance: scratch.row, radius: radius, near: near, weights: block.weights)
        }
      }
      unsafe finish(block, columns, at: output, radius: radius, channels: channels, scratch: scratch, near: near)
      if pair {
        unsafe finish(
          block, columns + scratch.row, at: output &+ 1, radius: radius, channels: channels, scratch: scratch,
          near: near)
      }
      output &+= pair ? 2 : 1
    }
  }

  /// Weights the four sums of the columns of one output row across, and makes values of them.
  @inline(__always)
  private func finish(
    _ block: Block, _ columns: UnsafeMutableRawPointer, at output: Int, radius: Int, channels: Int, scratch: Scratch,
    near: SIMD8<Double>
  ) {
    let windows = unsafe block.memory + scratch.windows
    for term in 0..<4 {
      let from = unsafe UnsafeRawPointer(columns + (term &* scratch.term &+ radius &* channels &* 8))
      let into = unsafe windows + term &* scratch.term
      if radius == Self.usualRadius {
        // Windows two pixels apart share 9 of their 11 columns.
        let apart = 16 &* channels
        var group = 0
        while unsafe group < block.outputs &* 8 {
          unsafe weighTwo(
            from + group, into: into + group, into + (group &+ apart), count: 2 &* channels, distance: 8 &* channels,
            apart: 2, near: near)
          group &+= 2 &* apart
        }
      } else {
        unsafe weigh(
          from, into: into, count: block.outputs, distance: 8 &* channels, radius: radius, near: near,
          weights: block.weights)
      }
    }
    unsafe finish(block, scratch: scratch)
    if let map = unsafe block.map {
      let offset = unsafe (output * rowOutputs + block.start) * 8
      unsafe (map + offset).copyMemory(from: block.memory + scratch.values, byteCount: block.outputs * 8)
    }
  }

  /// Expands one row of a block into its four terms.
  @inline(__always)
  private func expand(
    _ samples: SimilaritySamples, from start: Int, inputs: Int, into row: UnsafeMutableRawPointer, scratch: Scratch
  ) {
    var index = 0
    while index < inputs {
      let octet = unsafe samples.octet(at: start &+ index, count: inputs &- index)
      let place = unsafe row + index &* 8
      unsafe expand(octet.sums.0, octet.differences.0, into: place, scratch)
      unsafe expand(octet.sums.1, octet.differences.1, into: place + 32, scratch)
      index &+= 8
    }
  }

  @inline(__always)
  private func expand(
    _ sum: SIMD4<Double>, _ difference: SIMD4<Double>, into row: UnsafeMutableRawPointer, _ scratch: Scratch
  ) {
    let sumSquare = sum * sum
    let differenceSquare = difference * difference
    unsafe row.storeBytes(of: sum, as: SIMD4<Double>.self)
    unsafe row.storeBytes(of: difference, toByteOffset: scratch.term, as: SIMD4<Double>.self)
    unsafe row.storeBytes(
      of: sumSquare + differenceSquare, toByteOffset: 2 &* scratch.term, as: SIMD4<Double>.self)
    unsafe row.storeBytes(
      of: sumSquare - differenceSquare, toByteOffset: 3 &* scratch.term, as: SIMD4<Double>.self)
  }

  /// Adds the quantity of each window to the sum of its output column.
  @inline(__always)
  private func finish(_ block: Block, scratch: Scratch) {
    let memory = unsafe block.memory
    let gain = SIMD4<Double>(repeating: gain)
    let luminance = SIMD4<Double>(repeating: luminance)
    let contrast = SIMD4<Double>(repeating: contrast)
    var index = 0
    while unsafe index < block.outputs {
      let place = unsafe UnsafeRawPointer(memory + (scratch.windows &+ index &* 8))
      let sum = unsafe place.load(as: SIMD4<Double>.self)
      let difference = unsafe place.load(fromByteOffset: scratch.term, as: SIMD4<Double>.self)
      let total = unsafe place.load(fromByteOffset: 2 &* scratch.term, as: SIMD4<Double>.self)
      let product = unsafe place.load(fromByteOffset: 3 &* scratch.term, as: SIMD4<Double>.self)
      let sumSquare = sum * sum
      let differenceSquare = difference * difference
      let twiceMeans = sumSquare - differenceSquare
      let meanSquares = sumSquare + differenceSquare
      var numerator = (product * gain - twiceMeans) + contrast
      var denominator = (total * gain - meanSquares) + contrast
      if quantity == .similarity {
        numerator *= twiceMeans + luminance
        denominator *= meanSquares + luminance
      }
      let value = numerator / denominator
      let offset = scratch.accumulators &+ index &* 8
      let accumulated = unsafe memory.load(fromByteOffset: offset, as: SIMD4<Double>.self)
      unsafe memory.storeBytes(of: accumulated + value, toByteOffset: offset, as: SIMD4<Double>.self)
      unsafe memory.storeBytes(of: value, toByteOffset: scratch.values &+ index &* 8, as: SIMD4<Double>.self)
      index &+= 4
    }
  }
}
