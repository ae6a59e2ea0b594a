/// The five filters of PNG, undone.
///
/// All arithmetic is modulo 256, over bytes; "left" is a fixed distance before, "above" the same place of the row
/// before.
enum PNGUnfilter {
  /// Undoes the filter of one row.
  ///
  /// - Parameters:
  ///   - filter: The number of the filter.
  ///   - source: The filtered bytes, and room to read 4 more.
  ///   - above: The bytes of the row before, and room to read 4 more.
  ///   - target: Receives the bytes of this row.
  ///   - count: The bytes of the row.
  ///   - distance: The bytes of a pixel, at least 1.
  /// - Returns: False when there is no such filter.
  static func row(
    filter: UInt8, source: UnsafePointer<UInt8>, above: UnsafePointer<UInt8>, target: UnsafeMutablePointer<UInt8>,
    count: Int, distance: Int
  ) -> Bool {
    switch filter {
    case 0: unsafe target.update(from: source, count: count)
    case 1: unsafe sub(source: source, target: target, count: count, distance: distance)
    case 2: unsafe up(source: source, above: above, target: target, count: count)
    case 3: unsafe average(source: source, above: above, target: target, count: count, distance: distance)
    case 4: unsafe paeth(source: source, above: above, target: target, count: count, distance: distance)
    default: return false
    }
    return true
  }

  private static func up(
    source: UnsafePointer<UInt8>, above: UnsafePointer<UInt8>, target: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    for index in 0..<count {
      unsafe target[index] = source[index] &+ above[index]
    }
  }

  private static func sub(
    source: UnsafePointer<UInt8>, target: UnsafeMutablePointer<UInt8>, count: Int, distance: Int
  ) {
    if distance == 3 || distance == 4, count >= 2 * distance {
      var left = SIMD4<UInt8>.zero
      var index = 0
      while index < count - distance {
        unsafe left &+= load(source + index)
        unsafe store(left, at: target + index)
        index += distance
      }
      unsafe left &+= load(source + index)
      unsafe storeLast(left, at: target + index, count: distance)
      return
    }
    let first = min(distance, count)
    unsafe target.update(from: source, count: first)
    for index in first..<count {
      unsafe target[index] = source[index] &+ target[index - distance]
    }
  }

  private static func average(
    source: UnsafePointer<UInt8>, above: UnsafePointer<UInt8>, target: UnsafeMutablePointer<UInt8>, count: Int,
    distance: Int
  ) {
    if distance == 3 || distance == 4, count >= 2 * distance {
      var left = SIMD4<UInt8>.zero
      var index = 0
      while index < count - distance {
        unsafe left = load(source + index) &+ mean(left, load(above + index))
        unsafe store(left, at: target + index)
        index += distance
      }
      unsafe left = load(source + index) &+ mean(left, load(above + index))
      unsafe storeLast(left, at: target + index, count: distance)
      return
    }
    let first = min(distance, count)
    for index in 0..<first {
      unsafe target[index] = source[index] &+ above[index] >> 1
    }
    for index in first..<count {
      let sum = unsafe UInt16(target[index - distance]) &+ UInt16(above[index])
      unsafe target[index] = source[index] &+ UInt8(truncatingIfNeeded: sum >> 1)
    }
  }

  /// The mean of two bytes, rounded down, without a wider type: common bits, and half of the others.
  @inline(__always)
  private static func mean(_ first: SIMD4<UInt8>, _ second: SIMD4<UInt8>) -> SIMD4<UInt8> {
    (first & second) &+ ((first ^ second) &>> 1)
  }

  @inline(__always)
  static func load(_ pointer: UnsafePointer<UInt8>) -> SIMD4<UInt8> {
    unsafe UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<UInt8>.self)
  }

  @inline(__always)
  static func store(_ pixel: SIMD4<UInt8>, at pointer: UnsafeMutablePointer<UInt8>) {
    unsafe UnsafeMutableRawPointer(pointer).storeBytes(of: pixel, as: SIMD4<UInt8>.self)
  }

  /// Stores the three or four bytes of the last pixel of a row and nothing behind it.
  @inline(__always)
  static func storeLast(_ pixel: SIMD4<UInt8>, at pointer: UnsafeMutablePointer<UInt8>, count: Int) {
    for index in 0..<min(count, 4) {
      unsafe pointer[index] = pixel[index]
    }
  }
}
