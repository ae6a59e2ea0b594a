/// The samples of two images of one layout, in the form in which they were given.
///
/// The pointers are valid only inside the call that lends the samples.
@unsafe enum SimilaritySamples {
  /// 8 bits a sample.
  case bytes(UnsafeRawPointer, UnsafeRawPointer)
  /// 16 bits a sample.
  case words(UnsafeRawPointer, UnsafeRawPointer)
  /// Double precision.
  case doubles(UnsafeRawPointer, UnsafeRawPointer)
}

extension SimilaritySamples {
  /// The sums and the differences of eight pairs of samples.
  struct Octet {
    /// a + b.
    var sums: (SIMD4<Double>, SIMD4<Double>)
    /// a - b.
    var differences: (SIMD4<Double>, SIMD4<Double>)

    @inline(__always)
    init(_ first: SIMD8<UInt8>, _ second: SIMD8<UInt8>) {
      let a = SIMD8<Int16>(truncatingIfNeeded: first)
      let b = SIMD8<Int16>(truncatingIfNeeded: second)
      let sum = a &+ b
      let difference = a &- b
      sums = (SIMD4(widening: sum.lowHalf), SIMD4(widening: sum.highHalf))
      differences = (SIMD4(widening: difference.lowHalf), SIMD4(widening: difference.highHalf))
    }

    @inline(__always)
    init(_ first: SIMD8<UInt16>, _ second: SIMD8<UInt16>) {
      self.init(
        (SIMD4(widening: first.lowHalf), SIMD4(widening: first.highHalf)),
        (SIMD4(widening: second.lowHalf), SIMD4(widening: second.highHalf)))
    }

    @inline(__always)
    init(_ first: SIMD8<Double>, _ second: SIMD8<Double>) {
      self.init((first.lowHalf, first.highHalf), (second.lowHalf, second.highHalf))
    }

    @inline(__always)
    private init(_ a: (SIMD4<Double>, SIMD4<Double>), _ b: (SIMD4<Double>, SIMD4<Double>)) {
      sums = (a.0 + b.0, a.1 + b.1)
      differences = (a.0 - b.0, a.1 - b.1)
    }
  }

  /// Eight pairs of samples, of which the first `count` are read and the others are zero.
  @inline(__always)
  func octet(at index: Int, count: Int) -> Octet {
    switch unsafe self {
    case .bytes(let first, let second):
      let a: SIMD8<UInt8> = unsafe Self.load(first, index, count)
      let b: SIMD8<UInt8> = unsafe Self.load(second, index, count)
      return Octet(a, b)
    case .words(let first, let second):
      let a: SIMD8<UInt16> = unsafe Self.load(first, index, count)
      let b: SIMD8<UInt16> = unsafe Self.load(second, index, count)
      return Octet(a, b)
    case .doubles(let first, let second):
      let a: SIMD8<Double> = unsafe Self.load(first, index, count)
      let b: SIMD8<Double> = unsafe Self.load(second, index, count)
      return Octet(a, b)
    }
  }

  @inline(__always)
  private static func load<Sample: SIMDScalar & BitwiseCopyable & ExpressibleByIntegerLiteral>(
    _ base: UnsafeRawPointer, _ index: Int, _ count: Int
  ) -> SIMD8<Sample> {
    let size = MemoryLayout<Sample>.stride
    if count >= 8 { return unsafe base.loadUnaligned(fromByteOffset: index &* size, as: SIMD8<Sample>.self) }
    return unsafe loadEnd(base, index, count)
  }

  /// The last samples of an image's row, which do not fill a vector.
  @inline(never)
  private static func loadEnd<Sample: SIMDScalar & BitwiseCopyable & ExpressibleByIntegerLiteral>(
    _ base: UnsafeRawPointer, _ index: Int, _ count: Int
  ) -> SIMD8<Sample> {
    let size = MemoryLayout<Sample>.stride
    var vector = SIMD8<Sample>(repeating: 0)
    for lane in 0..<count {
      vector[lane] = unsafe base.loadUnaligned(fromByteOffset: (index + lane) * size, as: Sample.self)
    }
    return vector
  }
}
