// The inner loops: nearly all of the time goes here.
extension SeparableWindows {
  /// The weighted sums of the values around each of a row of places.
  @inline(__always)
  func weigh(
    _ places: UnsafeRawPointer, into sums: UnsafeMutableRawPointer, count: Int, distance: Int, radius: Int,
    near: SIMD8<Double>, weights: UnsafeBufferPointer<Double>
  ) {
    var offset = 0
    while offset < count &* 8 {
      let place = unsafe places + offset
      var sum = unsafe place.loadUnaligned(as: SIMD4<Double>.self) * near[0]
      for step in 1...radius {
        let above = unsafe place.loadUnaligned(fromByteOffset: 0 &- step &* distance, as: SIMD4<Double>.self)
        let below = unsafe place.loadUnaligned(fromByteOffset: step &* distance, as: SIMD4<Double>.self)
        sum += (above + below) * (step < 8 ? near[step] : unsafe weights[step])
      }
      unsafe sums.storeBytes(of: sum, toByteOffset: offset, as: SIMD4<Double>.self)
      offset &+= 32
    }
  }

  /// The weighted sums of the usual window around each of a row of places, and around the places that lie `apart` times
  /// the distance further on: what the two windows share is loaded once.
  @inline(__always)
  func weighTwo(
    _ places: UnsafeRawPointer, into sums: UnsafeMutableRawPointer, _ laterSums: UnsafeMutableRawPointer, count: Int,
    distance: Int, apart: Int, near: SIMD8<Double>
  ) {
    var offset = 0
    while offset < count &* 8 {
      let place = unsafe places + offset
      var sum = unsafe place.loadUnaligned(as: SIMD2<Double>.self) * near[0]
      var later = unsafe place.loadUnaligned(fromByteOffset: apart &* distance, as: SIMD2<Double>.self) * near[0]
      for step in 1...Self.usualRadius {
        let above = unsafe place.loadUnaligned(fromByteOffset: 0 &- step &* distance, as: SIMD2<Double>.self)
        let below = unsafe place.loadUnaligned(fromByteOffset: step &* distance, as: SIMD2<Double>.self)
        sum += (above + below) * near[step]
        let laterAbove = unsafe place.loadUnaligned(
          fromByteOffset: (apart &- step) &* distance, as: SIMD2<Double>.self)
        let laterBelow = unsafe place.loadUnaligned(
          fromByteOffset: (apart &+ step) &* distance, as: SIMD2<Double>.self)
        later += (laterAbove + laterBelow) * near[step]
      }
      unsafe sums.storeBytes(of: sum, toByteOffset: offset, as: SIMD2<Double>.self)
      unsafe laterSums.storeBytes(of: later, toByteOffset: offset, as: SIMD2<Double>.self)
      offset &+= 16
    }
  }

  /// The first eight weights as one value, which the compiler can keep in registers.
  static func near(_ weights: UnsafeBufferPointer<Double>) -> SIMD8<Double> {
    var near = SIMD8<Double>()
    for index in 0..<min(8, weights.count) { near[index] = unsafe weights[index] }
    return near
  }
}
