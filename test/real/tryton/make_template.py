"""Makes a Tryton database with a company that has done some business.

Usage: make_template.py <configuration> <folder> <database>. Works in-process, on a database file that is there and empty of
modules' data (`trytond-admin --all` has run).
"""
import datetime as dt
import sqlite3
import sys
from decimal import Decimal

from proteus import Model, Wizard, config as proteus_config
from trytond.modules.account.tests.tools import (
    create_chart, create_fiscalyear, create_tax, get_accounts)
from trytond.modules.account_invoice.tests.tools import (
    set_fiscalyear_invoice_sequences)
from trytond.modules.company.tests.tools import create_company, get_company

TODAY = dt.date.today()


def activate_modules():
    Module = Model.get('ir.module')
    names = ['account_invoice', 'sale', 'purchase']
    Module.click(Module.find([('name', 'in', names)]), 'activate')
    Wizard('ir.module.activate_upgrade').execute('upgrade')


def set_up_company():
    create_company()
    company = get_company()
    identifier = company.party.identifiers.new()
    identifier.type = 'eu_vat'
    identifier.code = 'BE0897290877'
    company.party.save()
    create_chart(company)
    # Two years around today, so that documents can be dated in either.
    span = (dt.date(TODAY.year - 1, 1, 1), dt.date(TODAY.year + 1, 12, 31))
    fiscalyear = create_fiscalyear(company, today=span)
    fiscalyear = set_fiscalyear_invoice_sequences(fiscalyear)
    fiscalyear.save()
    fiscalyear.click('create_period')
    return company


def set_up_taxes():
    taxes = []
    for rate in ['0.10', '0.21']:
        tax = create_tax(Decimal(rate))
        tax.save()
        taxes.append(tax)
    Tax = Model.get('account.tax')
    group = Tax(name='Two taxes', description='two', type='none')
    group.save()
    accounts = get_accounts()
    for name, rate in [('Federal', '0.05'), ('State', '0.09975')]:
        child = Tax(
            name=name, description=name.lower(), type='percentage',
            rate=Decimal(rate), parent=group,
            invoice_account=accounts['tax'], credit_note_account=accounts['tax'])
        child.save()
    return taxes


def set_up_payment_method():
    Journal = Model.get('account.journal')
    PaymentMethod = Model.get('account.invoice.payment.method')
    cash = get_accounts()['cash']
    journal, = Journal.find([('type', '=', 'cash')], limit=1)
    PaymentMethod(
        name='Cash', journal=journal, credit_account=cash, debit_account=cash).save()


def set_up_payment_terms():
    PaymentTerm = Model.get('account.invoice.payment_term')
    term = PaymentTerm(name='30 days')
    line = term.lines.new(type='remainder')
    line.relativedeltas.new(days=30)
    term.save()
    halves = PaymentTerm(name='Half now, half in 60 days')
    half = halves.lines.new(type='percent', ratio=Decimal('0.5'))
    half.relativedeltas.new(days=0)
    rest = halves.lines.new(type='remainder')
    rest.relativedeltas.new(days=60)
    halves.save()


def set_up_products(tax):
    accounts = get_accounts()
    Category = Model.get('product.category')
    category = Category(name='Goods for sale', accounting=True)
    category.account_revenue = accounts['revenue']
    category.account_expense = accounts['expense']
    category.customer_taxes.append(tax)
    category.supplier_taxes.append(Model.get('account.tax')(tax.id))
    category.save()
    unit, = Model.get('product.uom').find([('name', '=', 'Unit')])
    Template = Model.get('product.template')
    for name, type_, price, cost in [
            ('Desk', 'goods', '199.99', '120.5'),
            ('Paper', 'goods', '4.50', '2.1234'),
            ('Advice', 'service', '80', '0'),
            ('Building', 'assets', '0', '0')]:
        template = Template(name=name, type=type_, default_uom=unit)
        template.list_price = Decimal(price)
        template.account_category = category
        template.salable = type_ != 'assets'
        template.purchasable = type_ != 'service'
        template.save()
        product, = template.products
        product.suffix_code = name.upper()
        product.cost_price = Decimal(cost)
        product.save()
    paper, = Template.find([('name', '=', 'Paper')])
    paper.consumable = True
    paper.save()


def set_up_parties():
    Party = Model.get('party.party')
    Country = Model.get('country.country')
    country = Country(name='Belgium', code='BE', code3='BEL', code_numeric='056')
    country.save()
    Subdivision = Model.get('country.subdivision')
    brussels = Subdivision(name='Brussels', code='BE-BRU', type='region', country=country)
    brussels.save()
    party = Party(name='Michael Scott Paper Company')
    address, = party.addresses
    address.street_unstructured = '1725 Slough Avenue\nSuite 2'
    address.city = 'Scranton'
    address.postal_code = '18505'
    address.country = country
    address.subdivision = brussels
    address.invoice = True
    party.addresses.new(city='Utica', delivery=True)
    for type_, value in [
            ('email', 'sales@example.com'), ('website', 'https://example.com'),
            ('phone', '+3222904840'), ('mobile', '+32470123456'), ('fax', '+3222904841')]:
        party.contact_mechanisms.new(type=type_, value=value)
    party.identifiers.new(type='eu_vat', code='BE0403019261')
    party.save()
    Party(name='Supplier, Bücher & Söhne 🎉').save()
    archived = Party(name='Gone out of business')
    archived.save()
    archived.active = False
    archived.save()
    # More than two pages of a listing.
    names = [{'name': 'Customer %03d' % number} for number in range(1, 451)]
    Party._proxy.create(names, proteus_config.get_config().context)


def main(configuration, folder, database):
    proteus_config.set_trytond(f'sqlite:///{database}', config_file=configuration)
    activate_modules()
    set_up_company()
    taxes = set_up_taxes()
    set_up_payment_method()
    set_up_payment_terms()
    set_up_products(taxes[0])
    set_up_parties()
    User = Model.get('res.user')
    user, = User.find([('login', '=', 'admin')])
    user.password = 'syncline-test-password'
    user.save()
    # What still lies in the write-ahead log would be missing from a copy of the file.
    with sqlite3.connect(f'{folder}/{database}.sqlite') as connection:
        connection.execute('PRAGMA wal_checkpoint(TRUNCATE)')


if __name__ == '__main__':
    main(*sys.argv[1:])
