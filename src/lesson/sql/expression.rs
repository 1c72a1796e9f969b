//! Expressions: what they say.

use crate::lesson::store::value::Value;

/// Something that has a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// Itself.
    Literal(Value),
    /// A column of the row.
    Column(String),
    /// `@@name`
    Variable(String),
    /// `@name`
    Own(String),
    /// `DEFAULT`
    Default,
    /// A function, in capitals, of values.
    Call(String, Vec<Expression>),
    /// A function of all rows; without an argument `COUNT(*)`.
    Aggregate(Aggregate, Option<Box<Expression>>),
    /// `NOT`
    Not(Box<Expression>),
    /// `-`
    Negative(Box<Expression>),
    /// Two operands.
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// `IS NULL`
    IsNull(Box<Expression>),
    /// `IN (...)`
    In(Box<Expression>, Vec<Expression>),
    /// `LIKE`
    Like(Box<Expression>, Box<Expression>),
}

/// A function of all rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregate {
    /// `COUNT`
    Count,
    /// `COUNT(DISTINCT ...)`
    CountDistinct,
    /// `MIN`
    Min,
    /// `MAX`
    Max,
    /// `SUM`
    Sum,
    /// `AVG`
    Avg,
}

/// What stands between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `OR`
    Or,
    /// `AND`
    And,
    /// `=`
    Equal,
    /// `<=>`
    Same,
    /// `<>`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `/`
    Divided,
    /// `DIV`
    Quotient,
    /// `%`
    Remainder,
}

impl Expression {
    /// Whether it is about all rows.
    pub fn is_aggregate(&self) -> bool {
        match self {
            Expression::Aggregate(..) => true,
            Expression::Literal(_)
            | Expression::Column(_)
            | Expression::Variable(_)
            | Expression::Own(_)
            | Expression::Default => false,
            Expression::Not(one) | Expression::Negative(one) | Expression::IsNull(one) => {
                one.is_aggregate()
            }
            Expression::Binary(_, left, right) | Expression::Like(left, right) => {
                left.is_aggregate() || right.is_aggregate()
            }
            Expression::In(one, all) => one.is_aggregate() || all.iter().any(Self::is_aggregate),
            Expression::Call(_, all) => all.iter().any(Self::is_aggregate),
        }
    }

    /// Itself with every part replaced that `value` has something for.
    pub fn replaced<E>(
        &self,
        value: &mut dyn FnMut(&Expression) -> Result<Option<Value>, E>,
    ) -> Result<Expression, E> {
        if let Some(value) = value(self)? {
            return Ok(Expression::Literal(value));
        }
        let mut one = |inner: &Expression| inner.replaced(value).map(Box::new);
        Ok(match self {
            Expression::Not(inner) => Expression::Not(one(inner)?),
            Expression::Negative(inner) => Expression::Negative(one(inner)?),
            Expression::IsNull(inner) => Expression::IsNull(one(inner)?),
            Expression::Binary(operator, left, right) => {
                Expression::Binary(*operator, one(left)?, one(right)?)
            }
            Expression::Like(left, right) => Expression::Like(one(left)?, one(right)?),
            Expression::In(inner, all) => {
                let all = all.iter().map(|each| one(each).map(|each| *each));
                let all = all.collect::<Result<Vec<_>, E>>()?;
                Expression::In(one(inner)?, all)
            }
            Expression::Call(name, all) => {
                let all = all.iter().map(|each| one(each).map(|each| *each));
                Expression::Call(name.clone(), all.collect::<Result<Vec<_>, E>>()?)
            }
            Expression::Aggregate(aggregate, argument) => {
                let argument = argument.as_ref().map(|inner| one(inner)).transpose()?;
                Expression::Aggregate(*aggregate, argument)
            }
            same @ (Expression::Literal(_)
            | Expression::Column(_)
            | Expression::Variable(_)
            | Expression::Own(_)
            | Expression::Default) => same.clone(),
        })
    }
}
