extension PNGUnfilter {
  /// Undoes the Paeth filter of one row.
  static func paeth(
    source: UnsafePointer<UInt8>, above: UnsafePointer<UInt8>, target: UnsafeMutablePointer<UInt8>, count: Int,
    distance: Int
  ) {
    if distance == 3 || distance == 4, count >= 2 * distance {
      var left = SIMD4<Int16>.zero
      var aboveLeft = SIMD4<Int16>.zero
      var index = 0
      while index < count - distance {
        let up = unsafe widen(load(above + index))
        let value = unsafe load(source + index) &+ narrow(predict(left: left, above: up, aboveLeft: aboveLeft))
        unsafe store(value, at: target + index)
        left = widen(value)
        aboveLeft = up
        index += distance
      }
      let up = unsafe widen(load(above + index))
      let value = unsafe load(source + index) &+ narrow(predict(left: left, above: up, aboveLeft: aboveLeft))
      unsafe storeLast(value, at: target + index, count: distance)
      return
    }
    let first = min(distance, count)
    for index in 0..<first {
      unsafe target[index] = source[index] &+ above[index]
    }
    for index in first..<count {
      unsafe target[index] =
        source[index]
        &+ predict(left: target[index - distance], above: above[index], aboveLeft: above[index - distance])
    }
  }

  /// Undoes the Paeth filter of two rows at once, the lower one a pixel behind the upper one.
  ///
  /// A pixel must wait for its left neighbour, so one row alone leaves most of the processor idle. The pixel above of
  /// the lower row is the one that the upper row has just got, so both fit in one vector.
  ///
  /// - Returns: False, with nothing done, for pixels that are not three or four bytes, or rows of fewer than 3 pixels.
  static func paethPair(
    source: UnsafePointer<UInt8>, sourceStride: Int, above: UnsafePointer<UInt8>, target: UnsafeMutablePointer<UInt8>,
    count: Int, distance: Int
  ) -> Bool {
    guard distance == 3 || distance == 4, count >= 3 * distance else { return false }
    let lowerSource = unsafe source + sourceStride
    let lowerTarget = unsafe target + count

    // The first pixel of the upper row: left and above left are zero, so the prediction is the pixel above.
    let firstAbove = unsafe load(above)
    let firstPixel = unsafe load(source) &+ firstAbove
    unsafe store(firstPixel, at: target)

    // The low half of each vector belongs to the upper row, the high half to the lower.
    var left = SIMD8(lowHalf: widen(firstPixel), highHalf: SIMD4<Int16>.zero)
    var aboveLeft = SIMD8(lowHalf: widen(firstAbove), highHalf: SIMD4<Int16>.zero)
    var index = distance
    while index < count - distance {
      let up = unsafe SIMD8(lowHalf: widen(load(above + index)), highHalf: left.lowHalf)
      let bytes = unsafe SIMD8(lowHalf: load(source + index), highHalf: load(lowerSource + index - distance))
      let value = bytes &+ narrow(predict(left: left, above: up, aboveLeft: aboveLeft))
      unsafe store(value.lowHalf, at: target + index)
      unsafe store(value.highHalf, at: lowerTarget + index - distance)
      left = widen(value)
      aboveLeft = up
      index += distance
    }
    // The last pixel of the upper row, which must not run over into the lower one.
    let up = unsafe SIMD8(lowHalf: widen(load(above + index)), highHalf: left.lowHalf)
    let bytes = unsafe SIMD8(lowHalf: load(source + index), highHalf: load(lowerSource + index - distance))
    let value = bytes &+ narrow(predict(left: left, above: up, aboveLeft: aboveLeft))
    unsafe storeLast(value.lowHalf, at: target + index, count: distance)
    unsafe store(value.highHalf, at: lowerTarget + index - distance)
    // The last pixel of the lower row.
    let prediction = predict(left: widen(value.highHalf), above: widen(value.lowHalf), aboveLeft: left.lowHalf)
    unsafe storeLast(load(lowerSource + index) &+ narrow(prediction), at: lowerTarget + index, count: distance)
    return true
  }

  /// The neighbour that is nearest to left + above - above left; at a tie left, then above.
  ///
  /// Which one is nearest follows from where 3 (above left) - left - above lies: not below the larger of left and
  /// above, the smaller one is; not above the smaller, the larger is; else above left. That is shorter than three
  /// distances.
  @inline(__always)
  static func predict(left: UInt8, above: UInt8, aboveLeft: UInt8) -> UInt8 {
    let a = Int16(left)
    let b = Int16(above)
    let c = Int16(aboveLeft)
    let pivot = c &+ c &+ c &- (a &+ b)
    let low = min(a, b)
    let high = max(a, b)
    let upper = pivot >= high ? low : c
    return UInt8(truncatingIfNeeded: pivot <= low ? high : upper)
  }

  @inline(__always)
  private static func predict(left: SIMD4<Int16>, above: SIMD4<Int16>, aboveLeft: SIMD4<Int16>) -> SIMD4<Int16> {
    let pivot = aboveLeft &+ aboveLeft &+ aboveLeft &- (left &+ above)
    let low = pointwiseMin(left, above)
    let high = pointwiseMax(left, above)
    return aboveLeft.replacing(with: low, where: pivot .>= high).replacing(with: high, where: pivot .<= low)
  }

  @inline(__always)
  private static func predict(left: SIMD8<Int16>, above: SIMD8<Int16>, aboveLeft: SIMD8<Int16>) -> SIMD8<Int16> {
    let pivot = aboveLeft &+ aboveLeft &+ aboveLeft &- (left &+ above)
    let low = pointwiseMin(left, above)
    let high = pointwiseMax(left, above)
    return aboveLeft.replacing(with: low, where: pivot .>= high).replacing(with: high, where: pivot .<= low)
  }

  @inline(__always)
  private static func widen(_ pixel: SIMD4<UInt8>) -> SIMD4<Int16> { SIMD4(truncatingIfNeeded: pixel) }

  @inline(__always)
  private static func widen(_ pixels: SIMD8<UInt8>) -> SIMD8<Int16> { SIMD8(truncatingIfNeeded: pixels) }

  @inline(__always)
  private static func narrow(_ pixel: SIMD4<Int16>) -> SIMD4<UInt8> { SIMD4(truncatingIfNeeded: pixel) }

  @inline(__always)
  private static func narrow(_ pixels: SIMD8<Int16>) -> SIMD8<UInt8> { SIMD8(truncatingIfNeeded: pixels) }
}
