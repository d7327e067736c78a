// org.apache.commons:commons-math3:3.6.1
// [2.5,2.5,1291,2.0,800,975,"1 / 2",6,1414,true]
package app;

import org.apache.commons.math3.analysis.solvers.BrentSolver;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.fraction.Fraction;
import org.apache.commons.math3.linear.*;
import org.apache.commons.math3.primes.Primes;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.apache.commons.math3.util.ArithmeticUtils;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        var statistics = new DescriptiveStatistics();
        for (double each : new double[] {1, 2, 3, 4}) {
            statistics.addValue(each);
        }
        var regression = new SimpleRegression();
        regression.addData(1, 2);
        regression.addData(2, 4);
        regression.addData(3, 6);
        RealMatrix matrix = MatrixUtils.createRealMatrix(new double[][] {{2, 1}, {1, 3}});
        RealVector solved =
                new LUDecomposition(matrix)
                        .getSolver()
                        .solve(new ArrayRealVector(new double[] {3, 5}));
        return List.of(
                statistics.getMean(),
                statistics.getPercentile(50),
                Math.round(statistics.getStandardDeviation() * 1000),
                regression.getSlope(),
                Math.round(solved.getEntry(0) * 1000),
                Math.round(new NormalDistribution().cumulativeProbability(1.96) * 1000),
                new Fraction(1, 3).add(new Fraction(1, 6)).toString(),
                ArithmeticUtils.gcd(12, 18),
                Math.round(new BrentSolver().solve(100, x -> x * x - 2, 0, 2) * 1000),
                Primes.isPrime(97));
    }
}
